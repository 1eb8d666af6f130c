namespace Listmonk.Core.Bounces.Parsing;

/// <summary>The ordered tables that lead from a server's words and codes to a reason (decision 0020).</summary>
internal static class BounceRules
{
    private static readonly WordRule[] Words = [.. RuleFile.Read("rules.tsv", 5).Select(row => new WordRule(row))];
    private static readonly StatusRule[] Statuses = [.. RuleFile.Read("statuses.tsv", 2).Select(row => new StatusRule(row[0], row[1]))];

    /// <summary>The first rule whose words occur.</summary>
    /// <param name="receiver">Names of the answering host and the recipient's domain, in lower case.</param>
    /// <param name="weak">Whether to ask the rules that give way to a telling code instead of the others.</param>
    public static (string Reason, string Phrase)? ByWords(string text, string receiver, string? stage, string? status, bool weak)
    {
        foreach (var rule in Words)
        {
            if (rule.IsWeak == weak && rule.Find(text, receiver, stage, status) is { } phrase)
            {
                return (rule.Reason, phrase);
            }
        }

        return null;
    }

    /// <summary>What an enhanced status code means by itself; null for codes that say nothing, such as 5.0.0.</summary>
    public static string? ByStatus(string? status)
    {
        var numbers = (status ?? "").Split('.');
        if (numbers.Length != 3)
        {
            return null;
        }

        foreach (var rule in Statuses)
        {
            if (rule.Matches(numbers))
            {
                return rule.Reason;
            }
        }

        return null;
    }

    /// <summary>Codes that receivers give for many reasons: the words come first, whatever they are.</summary>
    public static bool IsTelling(string? status) =>
        status is not null && ByStatus(status) is not null
        && status[2..] is not ("7.0" or "7.1" or "3.0" or "4.0" or "4.1" or "1.0" or "6.0" or "5.1" or "5.2" or "2.1" or "7.5" or "7.7" or "7.9");

    private sealed class WordRule
    {
        private readonly string? _receiver;
        private readonly string[] _stages;
        private readonly string? _status;
        private readonly Phrase[] _phrases;

        public WordRule(string[] row)
        {
            IsWeak = row[0][0] == '?';
            Reason = row[0].TrimStart('?');
            if (!BounceReasons.IsKnown(Reason))
            {
                throw new InvalidDataException($"rules.tsv: '{Reason}' is no reason.");
            }

            _receiver = row[1] == "*" ? null : row[1];
            _stages = row[2] == "*" ? [] : row[2].Split(',');
            _status = row[3] == "*" ? null : row[3];
            _phrases = Phrase.ParseAll(row[4]);
        }

        public bool IsWeak { get; }

        public string Reason { get; }

        public string? Find(string text, string receiver, string? stage, string? status)
        {
            if ((_stages.Length > 0 && Array.IndexOf(_stages, stage) < 0)
                || (_status is not null && status?.StartsWith(_status, StringComparison.Ordinal) != true)
                || (_receiver is not null && !receiver.Contains(_receiver, StringComparison.Ordinal) && !text.Contains(_receiver, StringComparison.Ordinal)))
            {
                return null;
            }

            foreach (var phrase in _phrases)
            {
                if (phrase.Matches(text))
                {
                    return phrase.Text;
                }
            }

            return null;
        }
    }

    private sealed class StatusRule
    {
        private readonly string _class;
        private readonly string _subject;
        private readonly int _from;
        private readonly int _to;

        public StatusRule(string pattern, string reason)
        {
            Reason = BounceReasons.IsKnown(reason) ? reason : throw new InvalidDataException($"statuses.tsv: '{reason}' is no reason.");
            var parts = pattern.Split('.', 3);
            (_class, _subject) = (parts[0], parts[1]);
            var range = parts[2].Split("..");
            (_from, _to) = parts[2] == "*" ? (0, int.MaxValue) : (Number(range[0]), Number(range[^1]));
        }

        public string Reason { get; }

        public bool Matches(string[] numbers) =>
            (_class == "x" ? numbers[0] is "4" or "5" : numbers[0] == _class)
            && numbers[1] == _subject
            && Number(numbers[2]) is var detail && detail >= _from && detail <= _to;

        private static int Number(string text) =>
            int.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : -1;
    }
}
