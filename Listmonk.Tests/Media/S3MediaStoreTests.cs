using System.Text;
using System.Text.Json.Nodes;
using Listmonk.Core;
using Listmonk.Core.Common;
using Listmonk.Core.Media;
using Listmonk.Core.Settings;
using Listmonk.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Tests.Media;

public sealed class S3MediaStoreTests : DatabaseTest
{
    [Theory, MemberData(nameof(Providers))]
    public async Task Uploads_go_to_the_bucket_with_their_thumbnail_and_are_read_from_there(DatabaseProvider provider)
    {
        await using var s3 = await FakeS3Server.StartAsync();
        await using var database = await TestDatabase.CreateAsync(provider);
        await UseAsync(database, s3);

        var media = (await UploadAsync(database, "My photo.png", Pictures.Png(20, 10))).Value;

        Assert.Equal(["mail/My-photo.png", "mail/thumb_My-photo.png"], s3.Objects.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(("image/png", "inline", "public-read"), (s3.Objects["mail/My-photo.png"].ContentType, s3.Objects["mail/My-photo.png"].Disposition, s3.Objects["mail/My-photo.png"].AccessList));
        Assert.Equal(("s3", $"{s3.Url}/pictures/mail/My-photo.png", "uploads/thumb_My-photo.png"), (media.Provider, media.Url, media.ThumbPath));
        var file = await database.ReadAsync(db => db.Media.SingleAsync());
        Assert.Equal((20, 10), Pictures.SizeOf((await database.Get<IMediaContent>().ReadAsync(file, CancellationToken.None))!.Value.ToArray()));
        Assert.True((await database.Get<MediaService>().DeleteAsync(media.Id, CancellationToken.None)).IsOk);
        Assert.Empty(s3.Objects);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task Buckets_without_access_lists_or_conditions_take_files_too(bool refusesAccessLists, bool knowsNoConditions)
    {
        await using var s3 = await FakeS3Server.StartAsync();
        (s3.RefusesAccessLists, s3.KnowsNoConditions) = (refusesAccessLists, knowsNoConditions);
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        await UseAsync(database, s3);

        var first = (await UploadAsync(database, "a.txt", "one"u8.ToArray())).Value;
        var second = (await UploadAsync(database, "a.txt", "two"u8.ToArray())).Value;

        Assert.NotEqual(first.Filename, second.Filename);
        Assert.Equal(["one", "two"], s3.Objects.Values.Select(stored => Encoding.UTF8.GetString(stored.Content)).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("private", "", "http://localhost:9000/uploads/a.txt")]
    [InlineData("public", "/files", "http://localhost:9000/uploads/a.txt")]
    [InlineData("private", "https://cdn.test/x/", "https://cdn.test/x/mail/a.txt")]
    public async Task Addresses_in_mails_outlive_any_signature(string type, string publicUrl, string expected)
    {
        await using var s3 = await FakeS3Server.StartAsync();
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        await UseAsync(database, s3, type, publicUrl);

        Assert.Equal(expected, (await UploadAsync(database, "a.txt", "one"u8.ToArray())).Value.Url);
        using var stored = await database.Get<MediaStores>().OpenAsync("a.txt", CancellationToken.None);
        Assert.NotNull(stored);
        Assert.Null(await database.Get<MediaStores>().OpenAsync("none.txt", CancellationToken.None));
    }

    [Fact]
    public async Task Files_of_the_former_store_stay_readable_and_listed()
    {
        await using var s3 = await FakeS3Server.StartAsync();
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        await UploadAsync(database, "old.txt", "old"u8.ToArray());
        await UseAsync(database, s3);
        await UploadAsync(database, "new.txt", "new"u8.ToArray());

        var page = await database.Get<MediaQueries>().PageAsync("", new PageRequest(), CancellationToken.None);
        Assert.Equal(["new.txt", "old.txt"], page.Results.Select(item => item.Filename).Order(StringComparer.Ordinal));
        using var old = await database.Get<MediaStores>().OpenAsync("old.txt", CancellationToken.None);
        using var reader = new StreamReader(old!.Content);
        Assert.Equal("old", await reader.ReadToEndAsync());
    }

    [Fact]
    public async Task An_outage_is_a_refusal_with_the_reason_and_leaves_no_entry()
    {
        await using var s3 = await FakeS3Server.StartAsync();
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        await UseAsync(database, s3);
        s3.IsDown = true;

        var outcome = await UploadAsync(database, "a.txt", "one"u8.ToArray());

        Assert.Equal(OutcomeKind.Conflict, outcome.Kind);
        Assert.Contains("S3", outcome.Message, StringComparison.Ordinal);
        Assert.Equal(0, await database.ReadAsync(db => db.Media.CountAsync()));
    }

    [Fact]
    public async Task S3_without_a_bucket_is_refused_at_its_field()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        var outcome = await database.Get<SettingsService>().SaveAsync(new JsonObject { ["upload.provider"] = "s3" }, Actor.System, CancellationToken.None);
        Assert.False(outcome.IsOk);
        Assert.Contains("bucket", outcome.Message, StringComparison.Ordinal);
    }

    private static async Task UseAsync(TestDatabase database, FakeS3Server s3, string type = "public", string publicUrl = "")
    {
        var saved = await database.Get<SettingsService>().SaveSectionAsync(
            database.Get<SettingsStore>().Current.Media with
            {
                Provider = MediaSettings.S3,
                S3Url = s3.Url,
                S3PublicUrl = publicUrl,
                S3AccessKeyId = FakeS3Server.AccessKey,
                S3SecretAccessKey = "secret",
                S3Region = "eu-test-1",
                S3Bucket = FakeS3Server.Bucket,
                S3BucketPath = "/mail/",
                S3BucketType = type,
            },
            Actor.System,
            CancellationToken.None);
        Assert.True(saved.IsOk, saved.Message);
    }

    private static async Task<Outcome<MediaItem>> UploadAsync(TestDatabase database, string name, byte[] content)
    {
        using var stream = new MemoryStream(content);
        return await database.Get<MediaService>().UploadAsync(name, stream, CancellationToken.None);
    }
}
