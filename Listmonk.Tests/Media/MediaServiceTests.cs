using System.Text;
using Listmonk.Core;
using Listmonk.Core.Common;
using Listmonk.Core.Media;
using Listmonk.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Tests.Media;

public sealed class MediaServiceTests : DatabaseTest
{
    [Theory, MemberData(nameof(Providers))]
    public async Task A_picture_gets_a_thumbnail_and_its_size(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);

        var media = (await UploadAsync(database, "My photo.PNG", Pictures.Png(1000, 500))).Value;

        Assert.Equal("My-photo.PNG", media.Filename);
        Assert.Equal("image/png", media.ContentType);
        Assert.Equal("http://localhost:9000/uploads/My-photo.PNG", media.Url);
        Assert.Equal((1000, 500), Pictures.SizeOf(await BytesAsync(database, media.Filename)));
        Assert.Equal((250, 125), Pictures.SizeOf(await BytesAsync(database, "thumb_My-photo.png")));
        var file = await database.ReadAsync(db => db.Media.SingleAsync());
        Assert.Contains("1000", file.Meta, StringComparison.Ordinal);
        Assert.Contains("500", file.Meta, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task The_same_name_again_is_kept_beside_the_first(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);

        var first = (await UploadAsync(database, "a.txt", "first"u8.ToArray())).Value;
        var second = (await UploadAsync(database, "a.txt", "second"u8.ToArray())).Value;

        Assert.NotEqual(first.Url, second.Url);
        Assert.Null(second.ThumbUrl);
        Assert.Equal("first", Encoding.UTF8.GetString(await BytesAsync(database, first.Filename)));
        Assert.Equal("second", Encoding.UTF8.GetString(await BytesAsync(database, second.Filename)));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task What_is_refused_leaves_nothing_behind(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var damaged = Pictures.Png(10, 10)[..30];

        Assert.Contains("Unsupported", (await UploadAsync(database, "a.exe", [1])).Message, StringComparison.Ordinal);
        Assert.Contains("content", (await UploadAsync(database, "a.pdf", "<html>"u8.ToArray())).Message, StringComparison.Ordinal);
        Assert.Contains("damaged", (await UploadAsync(database, "a.png", damaged)).Message, StringComparison.Ordinal);
        Assert.Contains("25 MB", (await UploadAsync(database, "a.txt", new byte[MediaRules.MaxSize + 1])).Message, StringComparison.Ordinal);

        Assert.Empty(Directory.GetFiles(Directory.CreateDirectory(Path.Combine(database.Folder, "uploads")).FullName));
        Assert.Equal(0, await database.ReadAsync(db => db.Media.CountAsync()));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Deleting_removes_entry_file_and_thumbnail(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var media = (await UploadAsync(database, "a.png", Pictures.Png(5, 5))).Value;

        Assert.True((await database.Get<MediaService>().DeleteAsync(media.Id, CancellationToken.None)).IsOk);

        Assert.Empty(Directory.GetFiles(Path.Combine(database.Folder, "uploads")));
        Assert.Equal(OutcomeKind.NotFound, (await database.Get<MediaService>().DeleteAsync(media.Id, CancellationToken.None)).Kind);
        Assert.Equal(OutcomeKind.NotFound, (await database.Get<MediaQueries>().FindAsync(media.Id, CancellationToken.None)).Kind);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task The_newest_comes_first_and_names_are_searched_in_any_case(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        foreach (var name in new[] { "Report-1.txt", "other.txt", "report-2.txt", "REPORT-3.txt" })
        {
            await UploadAsync(database, name, "x"u8.ToArray());
        }

        var media = database.Get<MediaQueries>();
        var first = await media.PageAsync("rePORT", new PageRequest { PerPage = 2 }, CancellationToken.None);
        var all = await media.PageAsync("", new PageRequest { PerPage = 0 }, CancellationToken.None);

        Assert.Equal(["REPORT-3.txt", "report-2.txt"], first.Results.Select(item => item.Filename));
        Assert.Equal(3, first.Total);
        Assert.Equal(4, all.Results.Count);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Mails_read_the_bytes_and_see_when_a_file_is_gone(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await UploadAsync(database, "a.txt", "words"u8.ToArray());
        var file = await database.ReadAsync(db => db.Media.SingleAsync());
        var content = database.Get<IMediaContent>();

        Assert.Equal("words", Encoding.UTF8.GetString((await content.ReadAsync(file, CancellationToken.None))!.Value.Span));
        File.Delete(Path.Combine(database.Folder, "uploads", "a.txt"));
        Assert.Null(await content.ReadAsync(file, CancellationToken.None));
    }

    [Theory]
    [InlineData("../listmonk.db")]
    [InlineData("..")]
    [InlineData("a/b.txt")]
    [InlineData("")]
    public async Task The_store_never_leaves_its_folder(string name)
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);

        Assert.Null(await database.Get<MediaStores>().OpenAsync(name, CancellationToken.None));
    }

    private static async Task<Outcome<MediaItem>> UploadAsync(TestDatabase database, string name, byte[] content)
    {
        using var stream = new MemoryStream(content);
        return await database.Get<MediaService>().UploadAsync(name, stream, CancellationToken.None);
    }

    private static Task<byte[]> BytesAsync(TestDatabase database, string name) => File.ReadAllBytesAsync(Path.Combine(database.Folder, "uploads", name));
}
