using System.Net;
using System.Text;
using Listmonk.Core.Campaigns;
using Listmonk.Core.Campaigns.Preflight;
using Listmonk.Core.Common;
using Listmonk.Core.Subscribers;
using Listmonk.Core.Templates.Expressions;
using Listmonk.Core.Tracking.Links;

namespace Listmonk.Core.Sending;

/// <summary>Renders a campaign for the pre-flight report with the very code that sends it.</summary>
internal sealed class PreflightRenderer(CampaignCompiler compiler) : IPreflightRenderer
{
    private const int MaxSubjects = 20;

    public async Task<Outcome<PreflightMail>> RenderAsync(Campaign campaign, IReadOnlyList<Subscriber> people, CancellationToken cancellationToken)
    {
        var outcome = await compiler.CompileAsync(campaign, CompilePurpose.Check, cancellationToken);
        if (!outcome.IsOk)
        {
            return Outcome<PreflightMail>.From(outcome);
        }

        var compiled = outcome.Value;
        var mail = new PreflightMail
        {
            Sources = [campaign.Subject, .. compiled.Sources.Texts],
            Links = [.. compiled.Sources.Links(compiled.Level).Select(link => Link(compiled, link.Part, link.Place, link.IsTracked))],
            IsPlain = compiled.Sources.IsPlain,
            MissingImages = compiled.MissingImages,
            HasTextPart = compiled.Sources.IsPlain || compiled.Sources.HasAltBody,
            HasUnsubscribeHeader = compiled.Blueprint.Draft.HasUnsubscribeHeader,
        };
        return Measure(compiled, people.Count == 0 ? [MessageRenderer.DemoRecipient] : [.. people.Select(MessageRenderer.ToRecipient)], mail, cancellationToken);
    }

    private static PreflightMail Measure(CompiledCampaign compiled, IReadOnlyList<Recipient> people, PreflightMail mail, CancellationToken cancellationToken)
    {
        using var composer = compiled.Rent();
        var subjects = new HashSet<string>(StringComparer.Ordinal);
        var (failures, failure, largest) = (0, (string?)null, (Person: (Recipient?)null, Size: -1));
        foreach (var person in people)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                var body = composer.ComposeBody(person);
                var size = Encoding.UTF8.GetByteCount(body);
                if (subjects.Count < MaxSubjects)
                {
                    subjects.Add(composer.Subject);
                }

                if (mail.UnsubscribeUrl.Length == 0)
                {
                    mail = mail with { Body = body, UnsubscribeUrl = composer.UnsubscribeUrl };
                }

                largest = size > largest.Size ? (person, size) : largest;
            }
            catch (TemplateException exception)
            {
                failures++;
                failure ??= exception.Message;
            }
        }

        if (largest.Person is not null)
        {
            try
            {
                using var message = composer.Compose(largest.Person);
                mail = mail with { BodySize = largest.Size, MessageSize = message.Mime.Length };
            }
            catch (Exception exception) when (exception is TemplateException or FormatException)
            {
                failures++;
                failure ??= exception.Message;
            }
        }

        return mail with { Subjects = [.. subjects], FailedCount = failures, Failure = failure };
    }

    internal static PreflightLink Link(CompiledCampaign compiled, CampaignSources.Part part, LinkPlace place, bool isTracked)
    {
        var hasExpressions = place.HasExpressions || CompiledTemplate.ContainsExpression(place.Raw);
        return new PreflightLink
        {
            Address = place.Destination ?? WebUtility.HtmlDecode(place.Decorated ?? place.Raw).Trim(),
            Part = part switch
            {
                CampaignSources.Part.Wrapper => PreflightPart.Template,
                CampaignSources.Part.Body => PreflightPart.Body,
                _ => PreflightPart.Text,
            },
            IsTracked = isTracked,
            Reason = place.Reason,
            ReasonText = isTracked ? ""
                : place.Reason != LinkReason.None ? place.Reason.Describe()
                : compiled.Sources.Policy.IsTrackingOff || !compiled.TracksClicks ? LinkReason.TrackingOff.Describe()
                : hasExpressions && compiled.Level != Tracking.TrackingLevel.Individual ? "it differs for each person, and clicks are counted without persons"
                : "only marked links are tracked",
            HasExpressions = hasExpressions,
        };
    }
}
