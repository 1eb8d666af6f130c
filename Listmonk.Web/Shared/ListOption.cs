namespace Listmonk.Web.Shared;

/// <summary>One choice of a <see cref="ListPicker"/>; the note is a short remark behind the name, such as the number of subscribers.</summary>
public sealed record ListOption(int Id, string Name, string? Note = null);
