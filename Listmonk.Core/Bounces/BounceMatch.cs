using System.Runtime.InteropServices;

namespace Listmonk.Core.Bounces;

/// <summary>By what a report was led back to a person, best first.</summary>
public enum BounceMatchedBy
{
    /// <summary>The signed token in the return path: nobody else can have made it.</summary>
    Token,

    /// <summary>X-Listmonk-Campaign and -Subscriber of the returned mail.</summary>
    Headers,

    /// <summary>The Message-ID of the returned mail, which names campaign and person.</summary>
    MessageId,

    /// <summary>The List-Unsubscribe address of the returned mail.</summary>
    UnsubscribeLink,

    /// <summary>The failed address; the campaign is the latest one that went there.</summary>
    Address,

    /// <summary>Whoever reported named the person.</summary>
    Caller,
}

/// <summary>How far a match can be trusted.</summary>
public enum BounceCertainty
{
    /// <summary>Signed, or said by the server that we spoke with.</summary>
    Certain,

    /// <summary>Names the person, and a second fact agrees.</summary>
    Likely,

    /// <summary>Only the address agrees; the campaign is a guess.</summary>
    Possible,
}

/// <summary>How sure each kind of match is.</summary>
public static class BounceCertainties
{
    public static BounceCertainty Of(BounceMatchedBy by) => by switch
    {
        BounceMatchedBy.Token or BounceMatchedBy.Caller => BounceCertainty.Certain,
        BounceMatchedBy.Address => BounceCertainty.Possible,
        _ => BounceCertainty.Likely,
    };
}

/// <summary>Who and which campaign's mail a report is about.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct BounceMatch(int SubscriberId, int? CampaignId, BounceMatchedBy By, BounceCertainty Certainty);
