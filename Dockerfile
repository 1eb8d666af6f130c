# Build: docker build -t listmonk .    Run: docker run -p 9000:9000 -v listmonk:/data listmonk
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /src
COPY global.json nuget.config Directory.Build.props Directory.Packages.props BannedSymbols.txt .editorconfig ./
COPY Listmonk.Core/Listmonk.Core.csproj Listmonk.Core/
COPY Listmonk.Web/Listmonk.Web.csproj Listmonk.Web/
RUN dotnet restore Listmonk.Web --use-current-runtime -p:PublishReadyToRun=true
COPY appsettings.json ./
COPY Listmonk.Core Listmonk.Core
COPY Listmonk.Web Listmonk.Web
RUN dotnet publish Listmonk.Web -c Release --no-restore --use-current-runtime --self-contained false -p:PublishReadyToRun=true -o /app

FROM mcr.microsoft.com/dotnet/aspnet:10.0
WORKDIR /app
COPY --from=build /app .
RUN mkdir /data && chown app:app /data
USER app
VOLUME /data
EXPOSE 9000
ENV Urls=http://0.0.0.0:9000 Listmonk__DataDirectory=/data
# The program asks itself: the image carries neither curl nor wget.
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s CMD ["dotnet", "Listmonk.Web.dll", "health"]
ENTRYPOINT ["dotnet", "Listmonk.Web.dll"]
