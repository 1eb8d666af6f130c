namespace Listmonk.Core.Bounces.Parsing;

/// <summary>What a report says about one recipient, in the words that decide what to do about it.</summary>
public enum BounceClass
{
    /// <summary>The person cannot be reached at this address.</summary>
    Hard,

    /// <summary>The person cannot be reached at the moment, or the report is not clear enough to say more.</summary>
    Soft,

    /// <summary>Our fault: reputation, authentication, content, rate. Never held against the person.</summary>
    Policy,

    /// <summary>The person said that the mail is unwanted.</summary>
    Complaint,

    /// <summary>An automatic answer; the mail arrived.</summary>
    AutoReply,

    /// <summary>A confirmation that the mail arrived.</summary>
    Delivered,

    /// <summary>Nothing about a delivery, or a report that blames nobody.</summary>
    Other,
}

/// <summary>The API's spelling of <see cref="BounceClass"/>.</summary>
public static class BounceClassText
{
    public static string Of(BounceClass value) => value == BounceClass.AutoReply ? "auto-reply" : Common.EnumText.Of(value);

    internal static BounceClass Parse(string text) => text == "auto-reply" ? BounceClass.AutoReply : Common.EnumText.Parse<BounceClass>(text);
}
