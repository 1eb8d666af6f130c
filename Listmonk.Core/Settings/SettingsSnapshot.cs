using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Listmonk.Core.Settings;

/// <summary>All settings as they stand now; immutable, swapped as a whole when something is saved.</summary>
public sealed class SettingsSnapshot
{
    internal static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.General)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        PropertyNameCaseInsensitive = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private List<string>? _messengerNames;

    internal SettingsSnapshot(ImmutableDictionary<string, string> values)
    {
        Values = values;
        var all = new JsonObject();
        foreach (var (key, value) in values)
        {
            all[key] = JsonNode.Parse(value);
        }

        General = Section<GeneralSettings>(all);
        Sending = Section<SendingSettings>(all);
        Privacy = Section<PrivacySettings>(all);
        Smtp = Section<SmtpSettings>(all);
        Messengers = Section<MessengerSettings>(all);
        Appearance = Section<AppearanceSettings>(all);
        Transactional = Section<TransactionalSettings>(all);
        Media = Section<MediaSettings>(all);
        Bounces = Section<BounceSettings>(all);
        BounceProviders = Section<BounceProviderSettings>(all);
        BounceMailboxes = Section<BounceMailboxSettings>(all);
        Dkim = Section<DkimSettings>(all);
        Deliverability = Section<DeliverabilitySettings>(all);
        Tracking = Section<TrackingSettings>(all);
        Maintenance = Section<MaintenanceSettings>(all);
        Security = Section<SecuritySettings>(all);
    }

    /// <summary>Every stored key with its JSON text, secrets in the clear.</summary>
    public ImmutableDictionary<string, string> Values { get; }

    public GeneralSettings General { get; }

    public SendingSettings Sending { get; }

    public PrivacySettings Privacy { get; }

    public SmtpSettings Smtp { get; }

    public MessengerSettings Messengers { get; }

    public AppearanceSettings Appearance { get; }

    public TransactionalSettings Transactional { get; }

    public MediaSettings Media { get; }

    public BounceSettings Bounces { get; }

    public BounceProviderSettings BounceProviders { get; }

    public BounceMailboxSettings BounceMailboxes { get; }

    public DkimSettings Dkim { get; }

    public DeliverabilitySettings Deliverability { get; }

    public TrackingSettings Tracking { get; }

    public MaintenanceSettings Maintenance { get; }

    public SecuritySettings Security { get; }

    /// <summary>Base of all links, without trailing slash.</summary>
    public string RootUrl => General.RootUrl;

    /// <summary>
    /// The names by which campaigns choose a messenger: <c>email</c>, each named SMTP server when there are several, each postback server.
    /// </summary>
    public IReadOnlyList<string> MessengerNames => _messengerNames ??= ListMessengerNames();

    private List<string> ListMessengerNames()
    {
        var servers = Smtp.Servers.Where(server => server.Enabled).ToList();
        return
        [
            "email",
            .. servers.Count > 1 ? servers.Select(server => server.Name).Where(name => name.Length > 0) : [],
            .. Messengers.Servers.Where(server => server.Enabled).Select(server => server.Name),
        ];
    }

    private static T Section<T>(JsonObject all) => all.Deserialize<T>(Json)!;
}
