using Listmonk.Core.Import;

namespace Listmonk.Tests.Import;

public sealed class CsvReaderTests
{
    [Theory]
    [InlineData("a,b\n1,2\n", "a|b / 1|2")]
    [InlineData("a,b\r\n1,2", "a|b / 1|2")]
    [InlineData("a;b\n", "a;b")]
    [InlineData("\"x,y\",\"say \"\"hi\"\"\"\n", "x,y|say \"hi\"")]
    [InlineData("\"two\nlines\",b\n", "two\nlines|b")]
    [InlineData("a,,\n\n\nb,,\n", "a|| / b||")]
    [InlineData("\"\",x\n", "|x")]
    [InlineData("", "")]
    public void Records_are_read_as_rfc_4180_has_them(string text, string expected) => Assert.Equal(expected, ReadAll(text));

    [Theory]
    [InlineData("a,b\"c\n")]
    [InlineData("\"a\"b,c\n")]
    [InlineData("\"never closed,\n1,2\n")]
    public void A_stray_quote_stops_the_file(string text) => Assert.Throws<FormatException>(() => ReadAll(text));

    [Fact]
    public void Fields_longer_than_the_buffer_come_whole()
    {
        var (plain, quoted) = (new string('x', 200_000), new string('y', 70_000) + "\"\"" + new string('z', 70_000));
        Assert.Equal($"{plain}|{quoted.Replace("\"\"", "\"", StringComparison.Ordinal)}", ReadAll($"{plain},\"{quoted}\"\n"));
    }

    private static string ReadAll(string text)
    {
        var reader = new CsvReader(new StringReader(text), ',');
        var fields = new List<string>();
        var records = new List<string>();
        while (reader.Read(fields))
        {
            records.Add(string.Join('|', fields));
        }

        return string.Join(" / ", records);
    }
}
