using Listmonk.Core.Sending;

namespace Listmonk.Web.Campaigns;

/// <summary>A subscriber whose mail a preview shows.</summary>
public sealed record PreviewPerson(string Label, Recipient Recipient);
