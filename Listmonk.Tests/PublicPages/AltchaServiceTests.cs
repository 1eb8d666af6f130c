using System.Text.Json.Nodes;
using Listmonk.Core;
using Listmonk.Core.Common;
using Listmonk.Core.PublicPages.Captcha;
using Listmonk.Core.Settings;
using Listmonk.Core.Tracking;
using Listmonk.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Tests.PublicPages;

public sealed class AltchaServiceTests : DatabaseTest
{
    [Theory, MemberData(nameof(Providers))]
    public async Task A_solution_passes_once_also_when_it_is_sent_twice_at_the_same_time(DatabaseProvider provider)
    {
        await using var database = await CreateAsync(provider);
        var altcha = database.Get<AltchaService>();
        var answer = AltchaPuzzle.Answer(altcha.Issue()!);

        var verdicts = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => altcha.AcceptAsync(answer, CancellationToken.None)));

        Assert.Single(verdicts, isAccepted => isAccepted);
        Assert.False(await altcha.AcceptAsync(answer, CancellationToken.None));
        Assert.True(await altcha.AcceptAsync(AltchaPuzzle.Answer(altcha.Issue()!), CancellationToken.None));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_restart_neither_voids_a_challenge_nor_forgets_which_were_answered(DatabaseProvider provider)
    {
        await using var database = await CreateAsync(provider);
        var open = AltchaPuzzle.Answer(database.Get<AltchaService>().Issue()!);
        var spent = AltchaPuzzle.Answer(database.Get<AltchaService>().Issue()!);
        Assert.True(await database.Get<AltchaService>().AcceptAsync(spent, CancellationToken.None));

        await database.RestartAsync();
        await database.Get<TrackingKeyStore>().LoadAsync(CancellationToken.None);

        Assert.True(await database.Get<AltchaService>().AcceptAsync(open, CancellationToken.None));
        Assert.False(await database.Get<AltchaService>().AcceptAsync(spent, CancellationToken.None));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_new_tracking_key_leaves_challenges_that_are_being_solved_valid(DatabaseProvider provider)
    {
        await using var database = await CreateAsync(provider);
        var answer = AltchaPuzzle.Answer(database.Get<AltchaService>().Issue()!);
        await database.Get<TrackingKeyStore>().RotateAsync(CancellationToken.None);
        Assert.True(await database.Get<AltchaService>().AcceptAsync(answer, CancellationToken.None));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task The_protocol_of_version_3_passes_once_and_in_time_and_nothing_of_it_can_be_changed(DatabaseProvider provider)
    {
        await using var database = await CreateAsync(provider);
        var altcha = database.Get<AltchaService>();
        var challenge = altcha.IssueForVersion3()!;
        var answer = AltchaPuzzle.Answer(challenge);
        foreach (var change in (Func<AltchaKeyParameters, AltchaKeyParameters>[])
        [
            own => own with { ExpiresAt = own.ExpiresAt + 3600 },
            own => own with { KeyPrefix = own.KeyPrefix![..2] },
            own => own with { KeyPrefix = "" },
            own => own with { Salt = own.Nonce },
            own => own with { Nonce = null },
            own => own with { Cost = 0 },
        ])
        {
            Assert.False(await altcha.AcceptAsync(AltchaPuzzle.Answer(challenge, change), CancellationToken.None));
        }

        Assert.True(await altcha.AcceptAsync(answer, CancellationToken.None));
        Assert.False(await altcha.AcceptAsync(answer, CancellationToken.None));
        var late = AltchaPuzzle.Answer(altcha.IssueForVersion3()!);
        database.Clock.Advance(AltchaService.Life);
        Assert.False(await altcha.AcceptAsync(late, CancellationToken.None));
    }

    /// <summary>Salt, nonce and counter 5, hashed by another program.</summary>
    [Fact]
    public void A_key_is_one_hash_of_salt_nonce_and_counter()
    {
        var parameters = new AltchaKeyParameters("SHA-256", 1, 0, 32, "de1000efc5e06fdb0268f4d8d8dce21c", "000102030405060708090a0b0c0d0e0f", "101112131415161718191a1b1c1d1e1f");
        Assert.True(AltchaKeyPuzzle.IsSolved(parameters, 5));
        Assert.False(AltchaKeyPuzzle.IsSolved(parameters, 6));
    }

    [Fact]
    public async Task A_challenge_lives_five_minutes()
    {
        await using var database = await CreateAsync(DatabaseProvider.Sqlite);
        var altcha = database.Get<AltchaService>();
        var (early, late) = (AltchaPuzzle.Answer(altcha.Issue()!), AltchaPuzzle.Answer(altcha.Issue()!));
        database.Clock.Advance(AltchaService.Life - TimeSpan.FromSeconds(1));
        Assert.True(await altcha.AcceptAsync(early, CancellationToken.None));
        database.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.False(await altcha.AcceptAsync(late, CancellationToken.None));
    }

    [Fact]
    public async Task What_was_answered_is_forgotten_once_it_has_expired()
    {
        await using var database = await CreateAsync(DatabaseProvider.Sqlite);
        var altcha = database.Get<AltchaService>();
        await altcha.AcceptAsync(AltchaPuzzle.Answer(altcha.Issue()!), CancellationToken.None);
        database.Clock.Advance(TimeSpan.FromMinutes(11));
        await altcha.AcceptAsync(AltchaPuzzle.Answer(altcha.Issue()!), CancellationToken.None);
        Assert.Equal(1, await database.ReadAsync(db => db.SpentChallenges.CountAsync()));
    }

    [Fact]
    public async Task Whatever_was_changed_or_made_up_is_refused()
    {
        await using var database = await CreateAsync(DatabaseProvider.Sqlite);
        var altcha = database.Get<AltchaService>();
        var real = altcha.Issue()!;
        var number = AltchaPuzzle.Solve(real);
        var longer = real.Salt.Replace("expires=", "expires=9", StringComparison.Ordinal);
        var own = new string('a', 24) + real.Salt[24..];
        string[] refused =
        [
            AltchaPuzzle.Encode(real, number + 1),
            AltchaPuzzle.Encode(real with { Algorithm = "SHA-1" }, number),
            AltchaPuzzle.Encode(real with { Salt = longer }, number),
            AltchaPuzzle.Encode(real with { Salt = longer, Challenge = AltchaPuzzle.Hash(longer, number) }, number),
            AltchaPuzzle.Encode(real with { Salt = own, Challenge = AltchaPuzzle.Hash(own, 1) }, 1),
            AltchaPuzzle.Encode(real with { Signature = new string('0', 64) }, number),
            AltchaPuzzle.Encode(real with { Signature = "" }, number),
            AltchaPuzzle.Encode(real with { Challenge = real.Challenge.ToUpperInvariant() }, number),
            // The first digits of the number taken for a part of the salt.
            AltchaPuzzle.Encode(real with { Salt = real.Salt + "1" }, number),
            "",
            "not base64!",
            Convert.ToBase64String("[]"u8),
            Convert.ToBase64String("{}"u8),
            Convert.ToBase64String("""{"number":"1"}"""u8),
            Convert.ToBase64String(new byte[3_000]),
        ];
        foreach (var answer in refused)
        {
            Assert.False(await altcha.AcceptAsync(answer, CancellationToken.None), answer);
        }

        Assert.True(await altcha.AcceptAsync(AltchaPuzzle.Encode(real, number), CancellationToken.None));
    }

    [Fact]
    public async Task Another_installation_has_another_key()
    {
        await using var one = await CreateAsync(DatabaseProvider.Sqlite);
        await using var other = await CreateAsync(DatabaseProvider.Sqlite);
        Assert.False(await other.Get<AltchaService>().AcceptAsync(AltchaPuzzle.Answer(one.Get<AltchaService>().Issue()!), CancellationToken.None));
    }

    [Fact]
    public async Task There_is_no_challenge_while_ALTCHA_is_off()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        Assert.Null(database.Get<AltchaService>().Issue());
    }

    private static async Task<TestDatabase> CreateAsync(DatabaseProvider provider)
    {
        var database = await TestDatabase.CreateAsync(provider);
        await database.Get<TrackingKeyStore>().LoadAsync(CancellationToken.None);
        var changes = new JsonObject { ["security.captcha"] = JsonNode.Parse("""{"altcha":{"enabled":true,"complexity":1000}}""") };
        Assert.True((await database.Get<SettingsService>().SaveAsync(changes, Actor.System, CancellationToken.None)).IsOk);
        return database;
    }
}
