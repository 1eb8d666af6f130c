namespace Listmonk.Core.Subscribers;

/// <summary>What a visitor enters to join lists.</summary>
public sealed record SignUp(string Email, string Name, IReadOnlyCollection<Guid> Lists);

/// <summary>What a visitor learns: the same for every address, so that nobody finds out who is in the database.</summary>
/// <param name="NeedsConfirmation">One of the lists asks for a confirmation by mail.</param>
public sealed record SignUpReceipt(bool NeedsConfirmation);
