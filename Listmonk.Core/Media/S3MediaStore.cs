using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Listmonk.Core.Settings;

namespace Listmonk.Core.Media;

/// <summary>Keeps uploaded files in a bucket of Amazon S3 or of a server that speaks its protocol.</summary>
/// <remarks>
/// Private buckets are read by the application, which serves the files under its own stable address (decision 0015): a signed link in
/// a mail would die after a week. Everything but raster pictures is stored as a download, so that a bucket's own site shows no active content either.
/// </remarks>
public sealed class S3MediaStore(SettingsStore settings) : IMediaStore, IDisposable
{
    private const string CacheControl = "public, max-age=604800";
    private readonly Lock _lock = new();
    private (MediaSettings Settings, AmazonS3Client Client)? _connection;

    public string Provider => MediaSettings.S3;

    public bool IsConfigured => settings.Current.Media.S3Bucket.Length > 0;

    public async Task<bool> AddAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        var media = settings.Current.Media;
        var withAccessList = media.S3BucketType == "public";
        var withCondition = true;
        while (true)
        {
            try
            {
                // Not every server knows the condition; asking first narrows the gap for those.
                if (await ExistsAsync(media, name, cancellationToken))
                {
                    return false;
                }

                await PutAsync(media, name, content, withAccessList, withCondition, cancellationToken);
                return true;
            }
            catch (AmazonS3Exception exception) when (exception.StatusCode is HttpStatusCode.PreconditionFailed or HttpStatusCode.Conflict)
            {
                return false;
            }
            catch (AmazonS3Exception exception) when (withCondition && exception.StatusCode == HttpStatusCode.NotImplemented)
            {
                withCondition = false;
            }
            catch (AmazonS3Exception exception) when (withAccessList && exception.ErrorCode == "AccessControlListNotSupported")
            {
                // Such buckets are made public by a policy of their own.
                withAccessList = false;
            }
            catch (Exception exception) when (IsOutage(exception))
            {
                throw Unreachable(exception);
            }
        }
    }

    public async Task<StoredMedia?> OpenAsync(string name, CancellationToken cancellationToken)
    {
        var media = settings.Current.Media;
        try
        {
            var response = await Client(media).GetObjectAsync(media.S3Bucket, Key(media, name), cancellationToken);
            return new StoredMedia(response.ResponseStream, response.LastModified is { } at ? new DateTimeOffset(at.ToUniversalTime(), TimeSpan.Zero) : DateTimeOffset.UnixEpoch);
        }
        catch (AmazonS3Exception exception) when (exception.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }
        catch (Exception exception) when (IsOutage(exception))
        {
            throw Unreachable(exception);
        }
    }

    public string? PublicUrl(string name)
    {
        var media = settings.Current.Media;
        var key = string.Join('/', Key(media, name).Split('/').Select(Uri.EscapeDataString));
        return media.S3PublicUrl.Trim() is { Length: > 0 } publicUrl
            ? publicUrl[0] == '/' ? null : $"{publicUrl.TrimEnd('/')}/{key}"
            : media.S3BucketType == "public" ? $"{Endpoint(media)}/{media.S3Bucket}/{key}" : null;
    }

    public async Task DeleteAsync(string name, CancellationToken cancellationToken)
    {
        var media = settings.Current.Media;
        try
        {
            await Client(media).DeleteObjectAsync(media.S3Bucket, Key(media, name), cancellationToken);
        }
        catch (AmazonS3Exception exception) when (exception.StatusCode == HttpStatusCode.NotFound)
        {
            // It is gone already.
        }
        catch (Exception exception) when (IsOutage(exception))
        {
            throw Unreachable(exception);
        }
    }

    public void Dispose() => _connection?.Client.Dispose();

    private async Task<bool> ExistsAsync(MediaSettings media, string name, CancellationToken cancellationToken)
    {
        try
        {
            await Client(media).GetObjectMetadataAsync(media.S3Bucket, Key(media, name), cancellationToken);
            return true;
        }
        catch (AmazonS3Exception exception) when (exception.StatusCode == HttpStatusCode.NotFound)
        {
            return false;
        }
    }

    private async Task PutAsync(MediaSettings media, string name, ReadOnlyMemory<byte> content, bool withAccessList, bool withCondition, CancellationToken cancellationToken)
    {
        using var stream = new MemoryStream(content.ToArray(), writable: false);
        var contentType = MediaRules.ContentType(name);
        var request = new PutObjectRequest
        {
            BucketName = media.S3Bucket,
            Key = Key(media, name),
            InputStream = stream,
            ContentType = contentType,
            // Small servers do not know Amazon's signed chunks.
            UseChunkEncoding = false,
            IfNoneMatch = withCondition ? "*" : null,
            CannedACL = withAccessList ? S3CannedACL.PublicRead : null,
        };
        request.Headers.CacheControl = CacheControl;
        request.Headers.ContentDisposition = MediaRules.IsRaster(contentType) ? "inline" : "attachment";
        await Client(media).PutObjectAsync(request, cancellationToken);
    }

    /// <summary>The client of the present settings; one made for others is left to the calls that still use it.</summary>
    private AmazonS3Client Client(MediaSettings media)
    {
        lock (_lock)
        {
            if (_connection is not { } connection || !ReferenceEquals(connection.Settings, media))
            {
                _connection = (media, Connect(media));
            }

            return _connection.Value.Client;
        }
    }

    private static AmazonS3Client Connect(MediaSettings media)
    {
        var config = new AmazonS3Config
        {
            ServiceURL = Endpoint(media),
            AuthenticationRegion = media.S3Region,
            ForcePathStyle = true,
            MaxErrorRetry = 2,
            Timeout = TimeSpan.FromSeconds(30),
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        };
        return media is { S3AccessKeyId.Length: 0, S3SecretAccessKey.Length: 0 }
            ? new AmazonS3Client(config)
            : new AmazonS3Client(new BasicAWSCredentials(media.S3AccessKeyId, media.S3SecretAccessKey), config);
    }

    private static string Endpoint(MediaSettings media) =>
        media.S3Url.Trim() is { Length: > 0 } url ? url.TrimEnd('/') : $"https://s3.{media.S3Region}.amazonaws.com";

    private static string Key(MediaSettings media, string name) => media.S3BucketPath.Trim().Trim('/') is { Length: > 0 } folder ? $"{folder}/{name}" : name;

    private static bool IsOutage(Exception exception) => exception is AmazonServiceException or AmazonClientException or HttpRequestException;

    private static IOException Unreachable(Exception exception) => new($"The S3 bucket could not be used: {exception.Message}", exception);
}
