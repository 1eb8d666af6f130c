namespace Listmonk.Core.Templates.Expressions;

/// <summary>Which functions a template may call; calling any other is refused at compile time.</summary>
public enum TemplateFunctionSet
{
    /// <summary>Everything, including the functions bound to a campaign message (TrackLink, UnsubscribeURL, …).</summary>
    Campaign,

    /// <summary>Transactional mails: Date, L, Safe and the general library; no functions bound to a campaign message.</summary>
    Transactional,

    /// <summary>System mails: as transactional, plus RootURL and LogoURL.</summary>
    System,
}
