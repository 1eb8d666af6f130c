using Listmonk.Core.Templates.Expressions.Evaluation;

namespace Listmonk.Core.Templates.Expressions;

/// <summary>
/// Everything one rendering may see: data, message functions, language, clock, limits.
/// Serves one rendering at a time and is meant to be reused by a worker for recipient after recipient.
/// </summary>
public sealed class RenderContext
{
    /// <summary>
    /// The dot. A string, bool, long, double, <see cref="DateTimeOffset"/>, <see cref="TimeSpan"/>, null, list, map with string keys,
    /// <see cref="System.Text.Json.JsonElement"/>, <see cref="SafeHtml"/> or <see cref="ITemplateObject"/>; nothing else can be read.
    /// </summary>
    public object? Root { get; set; }

    /// <summary>Null where there is no message (transactional mails): calling such a function then fails.</summary>
    public IMessageFunctions? Message { get; set; }

    public ITemplateLanguage? Language { get; set; }

    public TimeProvider Clock { get; set; } = TimeProvider.System;

    public TemplateLimits Limits { get; set; } = TemplateLimits.Default;

    internal RenderState State => field ??= new RenderState(this);
}
