namespace Listmonk.Core.Settings;

/// <summary>An entry of a list in the settings, with a page of its own.</summary>
public interface ISettingsEntry
{
    /// <summary>Given by the service when the entry is first saved; secrets left empty are put back by it.</summary>
    string Uuid { get; }

    /// <summary>Whether it is in use.</summary>
    bool Enabled { get; }
}
