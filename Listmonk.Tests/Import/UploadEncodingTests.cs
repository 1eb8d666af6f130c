using System.Text;
using Listmonk.Core;
using Listmonk.Core.Import;
using Listmonk.Tests.Support;

namespace Listmonk.Tests.Import;

public sealed class UploadEncodingTests : DatabaseTest
{
    private const string Western = "email;name;stadt\nrene@x.org;René Müller;Zürich\nines@x.org;Inês Peña;Málaga\n";
    private const string Chinese = "email,name,城市\nwang@x.org,王小明,北京\nli@x.org,李娜,上海浦东\n";

    private const string Russian = "email;имя;город\nivan@x.org;Иван Петров;Москва\nolga@x.org;Ольга Кузнецова;Санкт-Петербург\nalex@x.org;Александр Соколов;Екатеринбург\nanna@x.org;Анна Смирнова;Новосибирск\n";
    private const string Greek = "email;όνομα\nmaria@x.org;Μαρία Παπαδοπούλου\nyorgos@x.org;Γιώργος Νικολάου\n";
    private const string Japanese = "email,名前,都市\ntaro@x.org,田中太郎,東京都\nhana@x.org,鈴木はなこ,大阪府\n";
    private const string Polish = "email;imię;miasto\nlukasz@x.org;Łukasz Wiśniewski;Kraków\nzaneta@x.org;Żaneta Dąbrowska;Łódź\nmalgosia@x.org;Małgorzata Wójcik;Gdańsk\njozef@x.org;Józef Żółkiewski;Świnoujście\n";

    [Theory]
    [InlineData(Russian, "windows-1251", false, "Windows-1251 (Cyrillic)")]
    [InlineData(Russian, "koi8-r", false, "KOI8-R (Cyrillic)")]
    [InlineData(Greek, "windows-1253", false, "Windows-1253 (Greek)")]
    [InlineData(Japanese, "shift_jis", false, "Shift JIS (Japanese)")]
    [InlineData(Polish, "windows-1250", false, "Windows-1250 (Central European)")]
    [InlineData("email,name\nren@x.org,José\n", "windows-1252", false, "Windows-1252 (Western)")]
    [InlineData("email,name\nli@x.org,张伟\n", "GB18030", false, "GB18030 (Chinese)")]
    [InlineData(Western, "utf-8", false, "UTF-8")]
    [InlineData(Western, "utf-8", true, "UTF-8")]
    [InlineData(Western, "utf-16", false, "UTF-16")]
    [InlineData(Western, "utf-16", true, "UTF-16")]
    [InlineData(Chinese, "utf-16", false, "UTF-16")]
    [InlineData(Western, "utf-16BE", false, "UTF-16 (big endian)")]
    [InlineData(Western, "windows-1252", false, "Windows-1252 (Western)")]
    [InlineData(Chinese, "utf-8", false, "UTF-8")]
    [InlineData(Chinese, "GB18030", false, "GB18030 (Chinese)")]
    [InlineData("email\na@x.org\n", "us-ascii", false, "UTF-8")]
    public async Task A_file_is_stored_in_utf_8_whatever_it_came_in(string text, string encodingName, bool hasMark, string expected)
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        var encoding = CodePagesEncodingProvider.Instance.GetEncoding(encodingName) ?? Encoding.GetEncoding(encodingName);
        using var content = new MemoryStream([.. hasMark ? encoding.GetPreamble() : [], .. encoding.GetBytes(text)]);

        var upload = (await database.Get<UploadStore>().SaveAsync("people.csv", content, default)).Value;

        using var stored = database.Get<UploadStore>().Open(upload.Name);
        Assert.Equal((expected, text, text.Count(letter => letter == '\n') - 1), (upload.Encoding, await stored.ReadToEndAsync(), upload.Lines));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    public void Characters_that_are_cut_by_the_reading_are_no_fault(int portion)
    {
        var watch = new UploadEncoding.Utf8Watch();
        var bytes = Encoding.UTF8.GetBytes("aé€😀z€");
        for (var i = 0; i < bytes.Length; i += portion)
        {
            watch.Add(bytes.AsSpan(i, Math.Min(portion, bytes.Length - i)));
        }

        Assert.True(watch.IsUtf8);
        watch.Add([0xE2]);
        Assert.False(watch.IsUtf8);
        watch.Add([(byte)'x']);
        Assert.False(watch.IsUtf8);
    }

    [Fact]
    public async Task One_broken_byte_does_not_turn_a_utf_8_file_into_another_encoding()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        using var content = new MemoryStream([.. Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("René,Zürich\n", 20))), 0xC3]);
        Assert.Equal("UTF-8", (await database.Get<UploadStore>().SaveAsync("people.csv", content, default)).Value.Encoding);
    }
}
