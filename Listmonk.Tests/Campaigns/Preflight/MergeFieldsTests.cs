using Listmonk.Core.Campaigns.Preflight;
using Listmonk.Core.Subscribers;

namespace Listmonk.Tests.Campaigns.Preflight;

public sealed class MergeFieldsTests
{
    [Fact]
    public void Fields_about_the_person_are_found_once_where_the_author_left_them_unguarded() =>
        Assert.Equal(
            ["{{ .Subscriber.FirstName }}", "{{.Subscriber.Attribs.city}}"],
            MergeFields.Find([
                "Hi {{ .Subscriber.FirstName }}", "<p>{{ .Subscriber.FirstName }} of {{.Subscriber.Attribs.city}} {{ .Campaign.Name }} {{ UnsubscribeURL }}</p>"
                + "{{ if .Subscriber.Attribs.plan }}{{ .Subscriber.Attribs.plan }}{{ end }}{{ range .Subscriber.Attribs.tags }}{{ . }}{{ end }}",
            ]));

    [Fact]
    public void Empty_ones_are_counted_over_people()
    {
        string[] fields = ["{{ .Subscriber.Name }}", "{{ .Subscriber.Attribs.city }}", "{{ .Subscriber.Attribs.city | default \"your town\" }}"];
        Subscriber[] people = [Person("Ann", """{"city":"Oslo"}"""), Person("", """{"city":""}"""), Person("Bo", "{}")];
        Assert.Equal([1, 2, 0], MergeFields.CountEmpty(fields, people, TimeProvider.System));
    }

    private static Subscriber Person(string name, string attributes) => new() { Email = "a@b.test", Name = name, Attributes = attributes };
}
