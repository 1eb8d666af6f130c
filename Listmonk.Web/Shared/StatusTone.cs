namespace Listmonk.Web.Shared;

/// <summary>The colours of <see cref="StatusTag"/>: blue is public or running, green is done, amber waits, red stopped.</summary>
public enum StatusTone
{
    Neutral,
    Info,
    Success,
    Warning,
    Danger,
}
