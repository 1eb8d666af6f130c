using Listmonk.Core.Import;

namespace Listmonk.Tests.Import;

public sealed class ImportColumnTests
{
    [Theory]
    [InlineData("email,name\na@x.org,A\n", ',')]
    [InlineData("email;name\na@x.org;A, B\nb@x.org;C, D\n", ';')]
    [InlineData("email\tname\na@x.org\tA\n", '\t')]
    [InlineData("email|name|city\na@x.org|A;B|C\n", '|')]
    [InlineData("email\na@x.org\n", ',')]
    [InlineData("email;note\na@x.org;\"one, two\nthree\"\nb@x.org;\"cut off, he", ';')]
    [InlineData("", ',')]
    public void The_delimiter_is_what_makes_equal_lines(string beginning, char expected) => Assert.Equal(expected, DelimiterDetector.Detect(beginning));

    [Theory]
    [InlineData("email,name,attributes", "Email Name Attributes")]
    [InlineData("E-Mail,First Name,Last name,Shoe size,UUID,status", "Email Name Name Attribute:shoe_size Ignore Ignore")]
    [InlineData("邮箱,姓名,城市", "Email Name Attribute:城市")]
    [InlineData("Mail,Email", "Email Attribute:email")]
    [InlineData("line,reason,email,,Größe (cm)", "Ignore Ignore Email Ignore Attribute:größe_cm")]
    public void Columns_are_used_as_their_names_suggest(string header, string expected) => Assert.Equal(expected, Suggest(header));

    [Fact]
    public void A_column_of_addresses_is_found_by_what_is_in_it() =>
        Assert.Equal("Attribute:who Email", Suggest("Who,Contact", ["A", "a@x.org"], ["B", "b@x.org"]));

    [Fact]
    public void Attributes_come_from_columns_and_from_json()
    {
        var layout = new ImportLayout(
            ["e", "first", "last", "age", "plz", "j"],
            [new(ColumnTarget.Email), new(ColumnTarget.Name), new(ColumnTarget.Name), new(ColumnTarget.Number, "age"), new(ColumnTarget.Attribute, "plz"), new(ColumnTarget.Attributes)]);

        Assert.Equal("Ann Example", layout.Name(["a@x.org", " Ann ", "Example", "33", "01067", ""]));
        Assert.Equal("""{"plz":"01067","age":33}""", layout.Attributes(["a@x.org", "", "", "33", "01067", ""], out var isFaulty));
        Assert.False(isFaulty);
        Assert.Equal("""{"age":"n/a","city":"Pune"}""", Sorted(layout.Attributes(["a@x.org", "", "", "n/a", "", """{"city":"Pune"}"""], out _)!));
        Assert.Null(layout.Attributes(["a@x.org", "", "", "", " ", "[1]"], out isFaulty));
        Assert.True(isFaulty);
        Assert.Null(layout.Name(["a@x.org", "", "", "", "", ""]));
    }

    [Fact]
    public void Two_columns_for_one_attribute_are_refused()
    {
        var request = new ImportRequest { Columns = [new(ColumnTarget.Attribute, "x"), new(ColumnTarget.Number, "x"), new(ColumnTarget.Name)] };
        Assert.Equal(["columns", "columns"], request.Check().Select(error => error.Field));
    }

    private static string Sorted(string json) =>
        $"{{{string.Join(',', System.Text.Json.Nodes.JsonNode.Parse(json)!.AsObject().OrderBy(member => member.Key, StringComparer.Ordinal).Select(member => $"\"{member.Key}\":{member.Value!.ToJsonString()}"))}}}";

    private static string Suggest(string header, params string[][] lines) =>
        string.Join(' ', ImportColumn.Suggest(header.Split(','), lines).Select(use => use.Key.Length > 0 ? $"{use.Target}:{use.Key}" : use.Target.ToString()));
}
