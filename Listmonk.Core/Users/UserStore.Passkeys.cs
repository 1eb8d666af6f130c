using Listmonk.Core.Data;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Users;

/// <summary>Passkeys, as Identity's ceremonies look them up.</summary>
public sealed partial class UserStore : IUserPasskeyStore<User>
{
    public async Task AddOrUpdatePasskeyAsync(User user, UserPasskeyInfo passkey, CancellationToken cancellationToken) => await databases.WriteAsync(
        async db =>
        {
            if (await db.Passkeys.SingleOrDefaultAsync(row => row.UserId == user.Id && row.CredentialId == passkey.CredentialId, cancellationToken) is not { } row)
            {
                db.Passkeys.Add(row = passkey.ToPasskey(user.Id));
            }

            (row.Name, row.SignCount, row.IsBackedUp) = (passkey.Name ?? row.Name, passkey.SignCount, passkey.IsBackedUp);
        },
        cancellationToken);

    public async Task<IList<UserPasskeyInfo>> GetPasskeysAsync(User user, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var rows = await db.Passkeys.AsNoTracking().Where(row => row.UserId == user.Id).OrderBy(row => row.Id).ToListAsync(cancellationToken);
        return [.. rows.Select(row => row.ToInfo())];
    }

    public async Task<User?> FindByPasskeyIdAsync(byte[] credentialId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Users.AsNoTracking()
            .FirstOrDefaultAsync(user => db.Passkeys.Any(row => row.UserId == user.Id && row.CredentialId == credentialId), cancellationToken);
    }

    public async Task<UserPasskeyInfo?> FindPasskeyAsync(User user, byte[] credentialId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return (await db.Passkeys.AsNoTracking().FirstOrDefaultAsync(row => row.UserId == user.Id && row.CredentialId == credentialId, cancellationToken))?.ToInfo();
    }

    public async Task RemovePasskeyAsync(User user, byte[] credentialId, CancellationToken cancellationToken) => await databases.WriteAsync(
        async db => db.Passkeys.RemoveRange(await db.Passkeys.Where(row => row.UserId == user.Id && row.CredentialId == credentialId).ToListAsync(cancellationToken)),
        cancellationToken);
}

/// <summary>Between our rows and Identity's record.</summary>
internal static class PasskeyRecords
{
    public static Passkey ToPasskey(this UserPasskeyInfo info, int userId) => new()
    {
        UserId = userId,
        Name = info.Name ?? "",
        CredentialId = info.CredentialId,
        PublicKey = info.PublicKey,
        SignCount = info.SignCount,
        Transports = [.. info.Transports ?? []],
        IsBackupEligible = info.IsBackupEligible,
        IsBackedUp = info.IsBackedUp,
        CreatedAt = info.CreatedAt,
    };

    /// <summary>Without what only the making of a key needs. Each key here has verified its owner: none is made otherwise.</summary>
    public static UserPasskeyInfo ToInfo(this Passkey passkey) => new(
        passkey.CredentialId, passkey.PublicKey, passkey.CreatedAt, (uint)passkey.SignCount, [.. passkey.Transports],
        isUserVerified: true, passkey.IsBackupEligible, passkey.IsBackedUp, attestationObject: [], clientDataJson: [])
    {
        Name = passkey.Name,
    };
}
