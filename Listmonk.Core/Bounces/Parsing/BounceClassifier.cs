namespace Listmonk.Core.Bounces.Parsing;

/// <summary>Judges the evidence about one recipient by the rule tables.</summary>
/// <remarks>
/// Words come before codes, because servers say "user unknown" under 5.7.1 and "over quota" under 5.1.1, but hardly ever the other way round.
/// The order is: the words of the server's answer; a code that says something by itself (5.1.1, not 5.7.1); the words that the reporting
/// program wrote around it; words that mean little; codes that mean little; the stage at which the answer came; and when nothing
/// decides, soft, because a doubt must not cost a person the subscription.
/// </remarks>
internal static class BounceClassifier
{
    private const int LongestLine = 400;

    public static RecipientReading Classify(Evidence evidence)
    {
        var answers = evidence.Answers.Where(text => !string.IsNullOrWhiteSpace(text)).Select(ReplyText.Parse).ToList();
        var context = ReplyText.Parse(evidence.Context);
        var receiver = $"{evidence.Host} {EmailDomain(evidence.Recipient)}".ToLowerInvariant();
        var stage = evidence.Stage ?? answers.Select(answer => answer.Stage).FirstOrDefault(found => found is not null) ?? context.Stage;
        var status = BestStatus([.. answers.Select(answer => answer.Status), evidence.Status, answers.Count == 0 ? context.Status : null]);
        var code = answers.Select(answer => answer.ReplyCode).FirstOrDefault(found => found != 0);
        if (code == 0)
        {
            code = context.ReplyCode;
        }

        var verdict = ByWords(answers, weak: false)
            ?? (BounceRules.IsTelling(status) ? ByCode() : null)
            ?? ByWords([context], weak: false)
            ?? NotYet(ByWords(answers, weak: true))
            ?? ByCode()
            ?? ByStage()
            ?? NotYet(ByWords([context], weak: true))
            ?? new Verdict(evidence.IsDelayed || status?[0] == '4' ? "expired" : BounceReasons.Undefined, "", answers.FirstOrDefault() ?? context);
        var reason = BounceReasons.Of(verdict.Reason);
        return new RecipientReading
        {
            Recipient = evidence.Recipient,
            WrittenTo = evidence.WrittenTo,
            Reason = reason.Name,
            // A warning is never final, whatever it says about the address.
            Class = evidence.IsDelayed && reason.Class == BounceClass.Hard ? BounceClass.Soft : reason.Class,
            Status = status,
            ReplyCode = code,
            IsDelayed = evidence.IsDelayed,
            Line = Shorten(verdict.Text.Raw),
            DecidedBy = verdict.DecidedBy,
            Host = string.IsNullOrWhiteSpace(evidence.Host) ? null : evidence.Host,
        };

        Verdict? ByWords(IReadOnlyList<ReplyText> texts, bool weak)
        {
            foreach (var text in texts)
            {
                if (text.Normalized.Length > 0 && BounceRules.ByWords(text.Normalized, receiver, stage, status, weak) is var (name, phrase))
                {
                    return new Verdict(name, $"the words '{phrase.Trim('*', '^')}'", text);
                }
            }

            return null;
        }

        // Words that mean little do not make a temporary refusal a final one.
        Verdict? NotYet(Verdict? found) =>
            found is not null && BounceReasons.Of(found.Reason).Class == BounceClass.Hard && (code is >= 400 and < 500 || status?[0] == '4') ? found with { Reason = "on-hold" } : found;

        Verdict? ByCode() => BounceRules.ByStatus(status) is { } name ? new Verdict(name, $"the code {status}", Bearer(status!)) : null;

        Verdict? ByStage()
        {
            var name = (stage, code, status) switch
            {
                // "Domain does not accept mail" (RFC 7504), whoever says it.
                (_, 556, _) => "no-mail-here",
                ("CONN", >= 400, _) => "blocked",
                ("MAIL", >= 500, _) => "sender-refused",
                (_, 552 or 452 or 522 or 422, _) => "mailbox-full",
                ("RCPT", 550 or 551 or 553, null or "5.0.0" or "5.1.0" or "5.5.0") => "user-unknown",
                ("RCPT", 571, _) => "policy",
                ("DATA", >= 500, _) => "filtered",
                (_, 535 or 530 or 534, _) => "security",
                _ => null,
            };
            return name is null ? null : new Verdict(name, stage is null ? $"the reply code {code}" : $"the reply code {code} at the stage {stage}", answers.FirstOrDefault() ?? context);
        }

        ReplyText Bearer(string code) => answers.Find(answer => answer.Status == code) ?? answers.FirstOrDefault() ?? context;
    }

    private static string? BestStatus(IReadOnlyList<string?> found) =>
        found.FirstOrDefault(BounceRules.IsTelling)
        ?? found.FirstOrDefault(status => status is not null && !status.EndsWith(".0.0", StringComparison.Ordinal))
        ?? found.FirstOrDefault(status => status is not null);

    private static string EmailDomain(string? address) => address is null ? "" : Common.EmailAddress.Domain(address);

    private static string Shorten(string text)
    {
        var line = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return line.Length > LongestLine ? Common.ShortText.Cut(line, LongestLine) + "…" : line;
    }

    private sealed record Verdict(string Reason, string DecidedBy, ReplyText Text);
}
