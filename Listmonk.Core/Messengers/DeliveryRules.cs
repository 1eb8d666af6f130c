namespace Listmonk.Core.Messengers;

/// <summary>Decides whose fault an SMTP reply is, from the stage, the reply code and the enhanced status (RFC 3463).</summary>
public static class DeliveryRules
{
    public static DeliveryOutcome Classify(DeliveryStage stage, int code, string? enhancedStatus, string? replyText)
    {
        if (code is >= 200 and < 300)
        {
            return DeliveryOutcome.Sent;
        }

        // 421: the server is closing or full, whatever it was asked; another one, or this one after a rest, may take the message.
        if (code == 421)
        {
            return DeliveryOutcome.ServerUnavailable;
        }

        // Before RCPT nothing has been said about a person: a refused login or sender is ours to mend.
        if (stage < DeliveryStage.Sender || (stage == DeliveryStage.Sender && code >= 500))
        {
            return DeliveryOutcome.ServerUnavailable;
        }

        if (code is >= 400 and < 500)
        {
            return DeliveryOutcome.Deferred;
        }

        return code >= 500 && !IsOurFault(code, enhancedStatus, replyText) ? DeliveryOutcome.RecipientRefused : DeliveryOutcome.ServerUnavailable;
    }

    public static bool IsAddressFault(DeliveryStage stage, int code, string? enhancedStatus)
    {
        if (enhancedStatus is null or "5.0.0")
        {
            return stage == DeliveryStage.Recipient && code is 550 or 551 or 553;
        }

        return enhancedStatus is "5.1.0" or "5.1.1" or "5.1.2" or "5.1.3" or "5.1.6" or "5.1.9" or "5.1.10" or "5.2.0" or "5.2.1";
    }

    private static bool IsOurFault(int code, string? enhancedStatus, string? replyText)
    {
        // 500-504: syntax and sequence; 530, 534, 535, 538: the server wants a login or encryption first.
        if (code is (>= 500 and <= 504) or 530 or 534 or 535 or 538)
        {
            return true;
        }

        if (enhancedStatus is not null)
        {
            // 5.1.7 and 5.1.8 speak of the sender's address, 5.5 of the protocol, 5.7.8 to 5.7.14 of credentials,
            // 5.7.20 to 5.7.30 of the sending domain's DKIM, SPF, ARC, reverse DNS and TLS.
            if (enhancedStatus is "5.1.7" or "5.1.8" || enhancedStatus.StartsWith("5.5.", StringComparison.Ordinal))
            {
                return enhancedStatus is not "5.5.3";
            }

            if (enhancedStatus.StartsWith("5.7.", StringComparison.Ordinal)
                && int.TryParse(enhancedStatus.AsSpan(4), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out int detail)
                && detail is (>= 8 and <= 14) or (>= 20 and <= 30))
            {
                return true;
            }
        }

        // A relay that does not know us refuses every recipient; taken at its word it would empty the list.
        return replyText is not null
            && replyText.Contains("relay", StringComparison.OrdinalIgnoreCase)
            && (replyText.Contains("denied", StringComparison.OrdinalIgnoreCase)
                || replyText.Contains("not permitted", StringComparison.OrdinalIgnoreCase)
                || replyText.Contains("not allowed", StringComparison.OrdinalIgnoreCase)
                || replyText.Contains("prohibited", StringComparison.OrdinalIgnoreCase)
                || replyText.Contains("unable to", StringComparison.OrdinalIgnoreCase)
                || replyText.Contains("cannot", StringComparison.OrdinalIgnoreCase));
    }
}
