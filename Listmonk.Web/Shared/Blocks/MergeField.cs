namespace Listmonk.Web.Shared.Blocks;

/// <summary>An expression that is offered for insertion into texts and addresses.</summary>
internal sealed record MergeField(string Label, string Code)
{
    public static IReadOnlyList<MergeField> All { get; } =
    [
        new("First name", "{{ .Subscriber.FirstName }}"),
        new("Last name", "{{ .Subscriber.LastName }}"),
        new("Full name", "{{ .Subscriber.Name }}"),
        new("E-mail address", "{{ .Subscriber.Email }}"),
        new("An attribute", "{{ .Subscriber.Attribs.city }}"),
        new("Subject of the campaign", "{{ .Campaign.Subject }}"),
        new("Today's date", "{{ Date \"2 January 2006\" }}"),
        new("Link: unsubscribe", "{{ UnsubscribeURL }}"),
        new("Link: manage subscriptions", "{{ ManageURL }}"),
        new("Link: view in the browser", "{{ MessageURL }}"),
    ];
}
