using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace Listmonk.Tests.Support;

/// <summary>
/// What a moody mail server does at each attempt to reach a person: it takes its time, answers 421, 450 or 550, hangs up within the content,
/// or after it has taken the whole of it. Drawn from the seed, the address and the number of the attempt, so that a run can be repeated
/// whatever the order in which the attempts arrive. Keeps account of what each person's mail came to.
/// </summary>
public sealed class SmtpMischief(int seed)
{
    private readonly ConcurrentDictionary<string, SmtpAccount> _accounts = new(StringComparer.Ordinal);
    private int _takenCount;

    /// <summary>A server in the best of moods, that only keeps account.</summary>
    public bool IsCalm { get; init; }

    /// <summary>Mails taken, repeats included.</summary>
    public int TakenCount => Volatile.Read(ref _takenCount);

    /// <summary>What became of everybody whom a client tried to reach.</summary>
    public IReadOnlyDictionary<string, SmtpAccount> Accounts => _accounts;

    public SmtpAccount AccountOf(string recipient) => _accounts.GetValueOrDefault(recipient);

    /// <summary>The server's mood for one attempt.</summary>
    public SmtpMood Draw(string recipient)
    {
        var account = _accounts.AddOrUpdate(recipient, static _ => new SmtpAccount(1, 0, 0, 0), static (_, known) => known with { Attempts = known.Attempts + 1 });
        if (IsCalm)
        {
            return default;
        }

        var mood = Draw(new Random(Mix(recipient, 0)).NextDouble(), new Random(Mix(recipient, account.Attempts)));
        if ((mood.RecipientReply ?? mood.ContentReply) is { } refusal)
        {
            var code = int.Parse(refusal.AsSpan(0, 3), System.Globalization.CultureInfo.InvariantCulture);
            _accounts.AddOrUpdate(recipient, static (_, _) => default, static (_, known, code) => known with { LastRefusal = code }, code);
        }

        return mood;
    }

    /// <summary>The server has the whole mail; unless it is answered, the client cannot know.</summary>
    public void NoteTaken(string recipient, bool isAnswered)
    {
        _accounts.AddOrUpdate(
            recipient,
            static (_, _) => default,
            static (_, known, isAnswered) => known with { Taken = known.Taken + 1, Unanswered = known.Unanswered + (isAnswered ? 0 : 1) },
            isAnswered);
        Interlocked.Increment(ref _takenCount);
    }

    /// <param name="person">The person's own number: some mailboxes do not exist, and some want no such content, however often one tries.</param>
    /// <param name="attempt">Everything else passes.</param>
    private static SmtpMood Draw(double person, Random attempt) => person switch
    {
        < 0.015 => new SmtpMood { RecipientReply = "550 5.1.1 no such user" },
        < 0.02 => new SmtpMood { ContentReply = "554 5.7.1 content refused" },
        _ => attempt.NextDouble() switch
        {
            < 0.02 => new SmtpMood { RecipientReply = "450 4.2.0 mailbox busy" },
            < 0.0215 => new SmtpMood { RecipientReply = "421 4.3.2 closing" },
            < 0.0315 => new SmtpMood { DropsWithinContent = true },
            < 0.0365 => new SmtpMood { DropsAfterContent = true },
            < 0.1 => new SmtpMood { Delay = TimeSpan.FromMilliseconds(attempt.Next(50)) },
            _ => default,
        },
    };

    /// <summary>FNV-1a, since the hash codes of strings differ from run to run.</summary>
    private int Mix(string recipient, int attempt)
    {
        var hash = 2166136261u ^ (uint)seed;
        foreach (var letter in recipient)
        {
            hash = (hash ^ letter) * 16777619u;
        }

        return (int)((hash ^ (uint)attempt) * 16777619u);
    }
}

/// <summary>What a server does at one attempt; by default it does as it is asked.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct SmtpMood
{
    public TimeSpan Delay { get; init; }

    public string? RecipientReply { get; init; }

    public bool DropsWithinContent { get; init; }

    public string? ContentReply { get; init; }

    /// <summary>The server has taken the mail and hangs up without a word.</summary>
    public bool DropsAfterContent { get; init; }
}

/// <summary>What one person's mail came to at the server.</summary>
/// <param name="Attempts">How often a client named the person.</param>
/// <param name="Taken">Mails taken.</param>
/// <param name="Unanswered">Those of them without an answer.</param>
/// <param name="LastRefusal">The code of the last refusal; 0 without one.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct SmtpAccount(int Attempts, int Taken, int Unanswered, int LastRefusal);
