using Listmonk.Core;
using NetArchTest.Rules;

namespace Listmonk.Tests.Architecture;

/// <summary>Which feature of Core may use which (besides Common and Data). A new arrow is one line here, for a reviewer to see.</summary>
[Trait("Kind", "Architecture")]
public sealed class FeatureMapTests
{
    private static readonly Dictionary<string, string[]> Map = new(StringComparer.Ordinal)
    {
        ["Settings"] = [],
        ["Languages"] = ["Settings", "Templates"],
        // Deleting a template moves its campaigns to the default one in the same transaction.
        ["Templates"] = ["Campaigns"],
        // A list counts its subscriptions and hands its new name to the campaigns that copied it.
        ["Lists"] = ["Subscribers", "Campaigns"],
        ["Media"] = ["Settings"],
        // Return paths carry a token of Bounces, made with the keys of Tracking.
        // A mail carries pictures of the media library that its source marks.
        ["Messengers"] = ["Settings", "Templates", "Bounces", "Media"],
        // A person who asks gets each open and click that is kept of them.
        ["Notifications"] = ["Languages", "Messengers", "Templates", "Settings", "Subscribers", "Lists", "Campaigns", "Bounces", "Tracking"],
        ["Users"] = ["Lists"],
        ["Auth"] = ["Users", "Settings", "Notifications", "Audit"],
        // The recorder names the tables whose changes are kept, and takes secrets out of their rows.
        ["Audit"] = ["Campaigns", "Lists", "Subscribers", "Templates", "Media", "Settings", "Users", "Webhooks"],
        // A person's tracking choice is part of the person; the level's type belongs to Tracking.
        // Activity and bounces are part of what a person's page shows.
        // A bulk job acts with the rights that its account has by then; the hygiene report asks the ledger who was mailed.
        ["Subscribers"] = ["Lists", "Settings", "Tracking", "Campaigns", "Bounces", "Audit", "Users", "Sending"],
        // The audience names those whom bounces have blocked.
        ["Campaigns"] = ["Lists", "Subscribers", "Templates", "Media", "Messengers", "Settings", "Tracking", "Audit", "Bounces"],
        // Whoever changes where a link of a sent mail leads stands in the audit log.
        ["Tracking"] = ["Campaigns", "Subscribers", "Settings", "Templates", "Audit"],
        ["Sending"] = ["Campaigns", "Lists", "Subscribers", "Templates", "Media", "Tracking", "Messengers", "Notifications", "Settings", "Bounces"],
        // A bounce is traced by the token and the Message-ID of the mail, and marks its line in the ledger.
        ["Bounces"] = ["Campaigns", "Subscribers", "Settings", "Tracking", "Messengers", "Sending", "Notifications"],
        // Who undid an import stands in the audit log.
        ["Import"] = ["Lists", "Subscribers", "Settings", "Notifications", "Users", "Audit"],
        ["Transactional"] = ["Subscribers", "Templates", "Media", "Messengers", "Settings", "Bounces"],
        // A person's timeline tells mails of both kinds and what accounts changed.
        ["Analytics"] = ["Campaigns", "Lists", "Subscribers", "Tracking", "Bounces", "Sending", "Settings", "Transactional", "Audit"],
        // Looks at the last hits and signs its own requests with the tracking keys.
        ["Doctor"] = ["Settings", "Tracking", "Campaigns"],
        // Captcha challenges are signed with a key of Tracking's; the generated form names lists, in the installation's language.
        ["PublicPages"] = ["Settings", "Tracking", "Lists", "Languages"],
        // Tells other programs what the other features have put on record.
        ["Webhooks"] = ["Campaigns", "Lists", "Subscribers", "Tracking", "Bounces", "Settings", "Notifications"],
        ["Maintenance"] = ["Lists", "Campaigns", "Subscribers", "Tracking", "Settings", "Import", "Users", "Audit"],
        // Copies a listmonk installation whole: accounts, settings, files, and hits through the tracking log's statements.
        ["Takeover"] = ["Campaigns", "Lists", "Subscribers", "Media", "Tracking", "Settings", "Users", "Audit", "Bounces", "Transactional", "Templates"],
        // Asks the features that have names to look for.
        ["Search"] = ["Campaigns", "Lists", "Templates", "Subscribers", "Users"],
        // Fills an instance with samples: it stands above everything.
        ["Demo"] = ["Campaigns", "Lists", "Subscribers", "Templates", "Tracking", "Settings", "Sending", "Analytics", "Users", "Bounces"],
    };

    [Fact]
    public void Every_folder_of_Core_is_on_the_map() =>
        Assert.Empty(FeatureFolders.Of("Listmonk.Core").Except(["Common", "Data", .. Map.Keys]));

    [Fact]
    public void Features_use_only_what_the_map_allows()
    {
        var offenders = new List<string>();
        foreach (var (feature, allowed) in Map)
        {
            foreach (var other in Map.Keys.Where(other => other != feature && !allowed.Contains(other, StringComparer.Ordinal)))
            {
                offenders.AddRange(Users(feature, other).Select(type => $"{type} uses {other}"));
            }
        }

        Assert.True(offenders.Count == 0, string.Join(Environment.NewLine, offenders));
    }

    [Fact]
    public void The_rule_sees_a_use_that_the_map_allows() => Assert.NotEmpty(Users("Subscribers", "Lists"));

    [Fact]
    public void Common_knows_no_feature()
    {
        var offenders = Map.Keys.SelectMany(feature => Users("Common", feature).Select(type => $"{type} uses {feature}"));
        Assert.Empty(offenders);
    }

    /// <summary>EF configurations name the tables that foreign keys lead to, which is data, not a use of the feature.</summary>
    private static IEnumerable<string> Users(string feature, string other) =>
        Types.InAssembly(typeof(ListmonkCore).Assembly)
            .That().ResideInNamespace($"Listmonk.Core.{feature}").And().DoNotHaveNameEndingWith("Configuration", StringComparison.Ordinal)
            .ShouldNot().HaveDependencyOn($"Listmonk.Core.{other}")
            .GetResult().FailingTypeNames ?? [];
}
