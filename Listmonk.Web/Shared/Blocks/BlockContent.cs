namespace Listmonk.Web.Shared.Blocks;

/// <summary>What a block editor hands over: the document for <c>body_source</c> and its HTML for <c>body</c>.</summary>
public sealed record BlockContent(string Source, string Html);
