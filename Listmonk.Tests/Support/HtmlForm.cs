using AngleSharp.Html.Parser;

namespace Listmonk.Tests.Support;

/// <summary>A form of a page as a browser would send it, with the hidden fields and the <c>data-</c> attributes that the page has put there.</summary>
internal sealed record HtmlForm(string Action, IReadOnlyDictionary<string, string> Hidden, IReadOnlyDictionary<string, string> Data)
{
    private const string DataPrefix = "data-";

    /// <param name="page">The page's HTML.</param>
    /// <param name="selector">Which form, as CSS; the first one without.</param>
    public static HtmlForm Find(string page, string selector = "form")
    {
        var form = new HtmlParser().ParseDocument(page).QuerySelector(selector);
        Assert.True(form is not null, $"The page has no {selector}: {page}");
        return new HtmlForm(
            form.GetAttribute("action") ?? "",
            form.QuerySelectorAll("input[type=hidden]").Select(input => (Name: input.GetAttribute("name")!, Value: input.GetAttribute("value") ?? ""))
                .GroupBy(field => field.Name, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.Last().Value, StringComparer.Ordinal),
            form.Attributes.Where(attribute => attribute.Name.StartsWith(DataPrefix, StringComparison.Ordinal))
                .ToDictionary(attribute => attribute.Name[DataPrefix.Length..], attribute => attribute.Value, StringComparer.Ordinal));
    }

    public FormUrlEncodedContent With(params (string Name, string Value)[] fields) =>
        new(Hidden.Where(hidden => !Array.Exists(fields, field => field.Name == hidden.Key)).Concat(fields.Select(field => KeyValuePair.Create(field.Name, field.Value))));
}

/// <summary>What people do with pages that need no script, by a client that keeps cookies.</summary>
internal static class HtmlForms
{
    private const string PasswordForm = "form:has(#password)";

    /// <summary>A client like a browser: it keeps cookies, and shows where it is led.</summary>
    public static HttpClient Browser(this ListmonkApp app) => app.CreateClient(new() { AllowAutoRedirect = false, HandleCookies = true });

    /// <summary>Opens a page, fills in its form and sends it.</summary>
    public static Task<HttpResponseMessage> PostFormAsync(this HttpClient browser, string path, params (string Name, string Value)[] fields) =>
        browser.PostFormAsync(path, "form", fields);

    /// <summary>The same for one of several forms.</summary>
    /// <param name="selector">Which one, as CSS.</param>
    public static async Task<HttpResponseMessage> PostFormAsync(this HttpClient browser, string path, string selector, params (string Name, string Value)[] fields)
    {
        var form = HtmlForm.Find(await browser.GetStringAsync(new Uri(path, UriKind.Relative)), selector);
        using var content = form.With(fields);
        return await browser.PostAsync(new Uri(form.Action.Length == 0 ? path : "/" + form.Action.TrimStart('/'), UriKind.Relative), content);
    }

    /// <summary>Signs in on the sign-in page, as the administrator if nobody is named.</summary>
    public static Task<HttpResponseMessage> SignInAsync(
        this HttpClient browser, string user = ListmonkApp.AdminUser, string password = ListmonkApp.AdminPassword, string query = "") =>
        browser.PostFormAsync("/admin/login" + query, PasswordForm, ("username", user), ("password", password));

    /// <summary>The session's cookie with its attributes; fails the test when nobody was signed in.</summary>
    public static string SessionCookie(this HttpResponseMessage answer) => Assert.Single(SetCookies(answer), cookie => cookie.StartsWith("session=", StringComparison.Ordinal));

    private static IEnumerable<string> SetCookies(HttpResponseMessage answer) => answer.Headers.TryGetValues("Set-Cookie", out var cookies) ? cookies : [];
}
