using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Listmonk.Core.Data;
using Listmonk.Core.Settings;
using Listmonk.Core.Tracking;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.PublicPages.Captcha;

/// <summary>
/// Makes ALTCHA's challenges and takes each solution once (spec/public.md 4, decision 0038). The signing key is derived from the tracking keys,
/// which are in the database: every process accepts what any has made, also after a restart.
/// </summary>
public sealed partial class AltchaService(
    IDbContextFactory<ListmonkDbContext> databases, IDatabaseDialect dialect, SettingsStore settings, TrackingTokens tokens, TimeProvider clock)
{
    /// <summary>How long a challenge may be solved.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(5);

    private const string Sha256 = "SHA-256";
    private const int SaltBytes = 12;

    /// <summary>Characters of Base64; a widget's answer has about 350.</summary>
    private const int LongestAnswer = 2_000;

    private static readonly TimeSpan BetweenCleanings = TimeSpan.FromMinutes(10);
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private long _cleanedAt;

    /// <summary>A new challenge of the complexity that the settings ask for; null while ALTCHA is off.</summary>
    public AltchaChallenge? Issue()
    {
        if (Complexity is not { } most)
        {
            return null;
        }

        var expires = (clock.GetUtcNow() + Life).ToUnixTimeSeconds();
        // The & ends the salt: without it a digit of the expiry could be passed off as one of the number.
        var salt = string.Create(CultureInfo.InvariantCulture, $"{RandomNumberGenerator.GetHexString(SaltBytes * 2, lowercase: true)}?expires={expires}&");
        var challenge = Hash(salt, RandomNumberGenerator.GetInt32(most + 1));
        return new AltchaChallenge(Sha256, challenge, most, salt, Sign(challenge, tokens.Keys.Current));
    }

    /// <summary>The same for ALTCHA's own widget from version 3 on, which has another protocol.</summary>
    public AltchaKeyChallenge? IssueForVersion3()
    {
        if (Complexity is not { } most)
        {
            return null;
        }

        var parameters = AltchaKeyPuzzle.Make(RandomNumberGenerator.GetInt32(most + 1), (clock.GetUtcNow() + Life).ToUnixTimeSeconds());
        return new AltchaKeyChallenge(parameters, Sign(AltchaKeyPuzzle.Signed(parameters), tokens.Keys.Current));
    }

    /// <summary>Whether this is a solution, in time, of a challenge that this installation made and nobody has answered yet. It counts as answered.</summary>
    public async Task<bool> AcceptAsync(string answer, CancellationToken cancellationToken) =>
        Verify(answer) is { } spent && await SpendAsync(spent, cancellationToken);

    /// <summary>The largest number to try; null while ALTCHA is off.</summary>
    private int? Complexity => settings.Current.Security.Captcha is { Kind: CaptchaKind.Altcha, Altcha.Complexity: var complexity }
        ? Math.Clamp(complexity, AltchaSettings.LeastComplexity, AltchaSettings.MostComplexity)
        : null;

    private SpentChallenge? Verify(string answer) => Read<AltchaKeySolution>(answer) is { Challenge: { Parameters: { } parameters, Signature: { } signature }, Solution: { } solution }
        ? Verify(parameters, signature, solution.Counter)
        : VerifyNumber(answer);

    private SpentChallenge? Verify(AltchaKeyParameters parameters, string signature, long counter) =>
        parameters.ExpiresAt > clock.GetUtcNow().ToUnixTimeSeconds() && AltchaKeyPuzzle.IsSolved(parameters, counter) && IsSigned(AltchaKeyPuzzle.Signed(parameters), signature)
            ? new SpentChallenge { Challenge = signature, ExpiresAt = DateTimeOffset.FromUnixTimeSeconds(parameters.ExpiresAt) }
            : null;

    private SpentChallenge? VerifyNumber(string answer)
    {
        if (Read<AltchaSolution>(answer) is not { Algorithm: Sha256, Challenge: { } challenge, Number: { } number, Salt: { } salt, Signature: { } signature }
            || number is < 0 or > AltchaSettings.MostComplexity
            || SaltPattern().Match(salt) is not { Success: true } match
            || !long.TryParse(match.Groups["expires"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var expires)
            || expires <= clock.GetUtcNow().ToUnixTimeSeconds())
        {
            return null;
        }

        return IsSame(Hash(salt, number), challenge) && IsSigned(challenge, signature)
            ? new SpentChallenge { Challenge = challenge, ExpiresAt = DateTimeOffset.FromUnixTimeSeconds(expires) }
            : null;
    }

    /// <summary>False when the challenge was answered before, in whichever process.</summary>
    private async Task<bool> SpendAsync(SpentChallenge spent, CancellationToken cancellationToken)
    {
        await CleanAsync(cancellationToken);
        try
        {
            return await databases.WriteAsync(
                async db =>
                {
                    // Only a dead heat gets as far as the key: what a program sends again and again shall not fill the log with faults.
                    if (await db.SpentChallenges.AnyAsync(row => row.Challenge == spent.Challenge, cancellationToken))
                    {
                        return false;
                    }

                    db.SpentChallenges.Add(spent);
                    return true;
                },
                cancellationToken);
        }
        catch (DbUpdateException exception) when (dialect.IsUniqueViolation(exception))
        {
            return false;
        }
    }

    /// <summary>Rows come with forms only, so forms clear them away, too.</summary>
    private async Task CleanAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetTimestamp();
        var last = Volatile.Read(ref _cleanedAt);
        if ((last != 0 && clock.GetElapsedTime(last, now) < BetweenCleanings) || Interlocked.CompareExchange(ref _cleanedAt, now, last) != last)
        {
            return;
        }

        var time = clock.GetUtcNow();
        await databases.WriteAsync(db => db.SpentChallenges.Where(row => row.ExpiresAt < time).ExecuteDeleteAsync(cancellationToken), cancellationToken);
    }

    private static T? Read<T>(string answer)
        where T : class
    {
        var bytes = new byte[LongestAnswer];
        if (answer.Length > LongestAnswer || !Convert.TryFromBase64String(answer, bytes, out var length))
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize<T>(bytes.AsSpan(0, length), Json);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private bool IsSigned(string challenge, string signature)
    {
        // A rotation may have come between; every key is compared, so that the time tells nothing.
        var isSigned = false;
        foreach (var key in tokens.Keys.All)
        {
            isSigned |= IsSame(Sign(challenge, key), signature);
        }

        return isSigned;
    }

    private static bool IsSame(string expected, string given) =>
        CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(expected), Encoding.UTF8.GetBytes(given));

    private static string Hash(string salt, int number) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{salt}{number}"))));

    private static string Sign(string challenge, TrackingKeyRing.Key key) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(key.Captcha, Encoding.UTF8.GetBytes(challenge)));

    [GeneratedRegex(@"^[0-9a-f]{24}\?expires=(?<expires>[0-9]{1,12})&\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SaltPattern();
}
