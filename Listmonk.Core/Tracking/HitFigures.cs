using System.Runtime.InteropServices;

namespace Listmonk.Core.Tracking;

/// <summary>A hit whose campaign, person and level are settled.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct KnownHit(int CampaignId, int? SubscriberId, ReceivedHit Hit);

/// <summary>What a person had done with a campaign before this batch.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ReaderBefore(int Opens, int OpensPeople, int Clicks, int ClicksPeople);

/// <summary>
/// Adds up the hits of one batch, so that each figure is written once. A human click counts its person among the openers, because a
/// mail program that blocks pictures hides the open.
/// </summary>
internal sealed class HitFigures
{
    private static readonly HitJudgement StoredHuman = new(HitVerdict.Human, "", "");
    private static readonly HitJudgement StoredMachine = new(HitVerdict.Machine, "", "");
    private static readonly Dictionary<(int Campaign, int Subscriber), ReaderBefore> NobodyBefore = [];

    public Dictionary<(int Campaign, DateTimeOffset Hour), Sums> Hours { get; } = [];

    public Dictionary<(int Campaign, int Link, int Position), Sums> Links { get; } = [];

    public Dictionary<(int Campaign, int Subscriber), Sums> Readers { get; } = [];

    public Dictionary<int, Sums> Campaigns { get; } = [];

    public static HitFigures Of(IReadOnlyList<KnownHit> hits, IReadOnlyDictionary<(int Campaign, int Subscriber), ReaderBefore> before)
    {
        var figures = new HitFigures();
        foreach (var hit in hits)
        {
            figures.Add(hit, before);
        }

        return figures;
    }

    /// <summary>Adds a hit of a message whose hits are all added, in the order of their arrival.</summary>
    public void Add(in KnownHit hit) => Add(hit, NobodyBefore);

    /// <summary>Takes away what another sum counted; both are of the same people. The people's own figures stay as they are here.</summary>
    public void Subtract(HitFigures other)
    {
        Subtract(Hours, other.Hours);
        Subtract(Links, other.Links);
        Subtract(Campaigns, other.Campaigns);
    }

    /// <summary>Adds a stored hit; for figures that are built anew from all hits of a campaign.</summary>
    public void Add(TrackingHit hit) => Add(
        new KnownHit(hit.CampaignId, hit.SubscriberId, new ReceivedHit
        {
            Kind = hit.Kind,
            LinkId = hit.LinkId ?? 0,
            Position = hit.Position ?? 0,
            At = hit.At,
            Judgement = hit.Verdict == HitVerdict.Human ? StoredHuman : StoredMachine,
        }),
        NobodyBefore);

    private void Add(in KnownHit known, IReadOnlyDictionary<(int Campaign, int Subscriber), ReaderBefore> before)
    {
        var hit = known.Hit;
        var isClick = hit.Kind == HitKind.Click;
        var isHuman = hit.Judgement.Verdict == HitVerdict.Human;
        var hour = Get(Hours, (known.CampaignId, new DateTimeOffset(hit.At.UtcTicks / TimeSpan.TicksPerHour * TimeSpan.TicksPerHour, TimeSpan.Zero)));
        var campaign = Get(Campaigns, known.CampaignId);
        hour.Count(isClick, isHuman);
        campaign.Count(isClick, isHuman);
        if (isClick)
        {
            Get(Links, (known.CampaignId, hit.LinkId, hit.Position)).Count(isClick, isHuman);
        }

        if (known.SubscriberId is not { } subscriber)
        {
            return;
        }

        var key = (known.CampaignId, subscriber);
        var reader = Get(Readers, key);
        var was = before.GetValueOrDefault(key);
        var hadOpened = was.Opens + was.ClicksPeople + reader.Opens + reader.ClicksPeople > 0;
        var hadOpenedAsPerson = was.OpensPeople + was.ClicksPeople + reader.OpensPeople + reader.ClicksPeople > 0;
        var hadClicked = was.Clicks + reader.Clicks > 0;
        var hadClickedAsPerson = was.ClicksPeople + reader.ClicksPeople > 0;
        reader.Count(isClick, isHuman);
        var opens = !isClick || isHuman;
        if (opens && !hadOpened)
        {
            hour.FirstOpens++;
            campaign.FirstOpens++;
        }

        if (isHuman && !hadOpenedAsPerson)
        {
            campaign.FirstOpensPeople++;
        }

        if (isClick && !hadClicked)
        {
            hour.FirstClicks++;
            campaign.FirstClicks++;
        }

        if (isClick && isHuman && !hadClickedAsPerson)
        {
            campaign.FirstClicksPeople++;
        }

        if (opens)
        {
            reader.FirstOpenAt = Earlier(reader.FirstOpenAt, hit.At);
            reader.LastOpenAt = Later(reader.LastOpenAt, hit.At);
        }

        if (isClick)
        {
            reader.FirstClickAt = Earlier(reader.FirstClickAt, hit.At);
            reader.LastClickAt = Later(reader.LastClickAt, hit.At);
        }
    }

    private static void Subtract<TKey>(Dictionary<TKey, Sums> from, Dictionary<TKey, Sums> what)
        where TKey : notnull
    {
        foreach (var (key, sums) in what)
        {
            Get(from, key).Subtract(sums);
        }
    }

    private static Sums Get<TKey>(Dictionary<TKey, Sums> all, TKey key)
        where TKey : notnull
    {
        if (!all.TryGetValue(key, out var sums))
        {
            sums = new Sums();
            all.Add(key, sums);
        }

        return sums;
    }

    private static DateTimeOffset Earlier(DateTimeOffset? known, DateTimeOffset at) => known is { } time && time < at ? time : at;

    private static DateTimeOffset Later(DateTimeOffset? known, DateTimeOffset at) => known is { } time && time > at ? time : at;

    /// <summary>What one batch adds to one row.</summary>
    internal sealed class Sums
    {
        public int Opens { get; private set; }

        public int OpensPeople { get; private set; }

        public int Clicks { get; private set; }

        public int ClicksPeople { get; private set; }

        public int FirstOpens { get; set; }

        public int FirstOpensPeople { get; set; }

        public int FirstClicks { get; set; }

        public int FirstClicksPeople { get; set; }

        public DateTimeOffset? FirstOpenAt { get; set; }

        public DateTimeOffset? LastOpenAt { get; set; }

        public DateTimeOffset? FirstClickAt { get; set; }

        public DateTimeOffset? LastClickAt { get; set; }

        public void Subtract(Sums other)
        {
            Opens -= other.Opens;
            OpensPeople -= other.OpensPeople;
            Clicks -= other.Clicks;
            ClicksPeople -= other.ClicksPeople;
            FirstOpens -= other.FirstOpens;
            FirstOpensPeople -= other.FirstOpensPeople;
            FirstClicks -= other.FirstClicks;
            FirstClicksPeople -= other.FirstClicksPeople;
        }

        public void Count(bool isClick, bool isHuman)
        {
            Opens += isClick ? 0 : 1;
            OpensPeople += !isClick && isHuman ? 1 : 0;
            Clicks += isClick ? 1 : 0;
            ClicksPeople += isClick && isHuman ? 1 : 0;
        }
    }
}
