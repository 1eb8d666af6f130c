using System.Text.Json.Serialization;

namespace Listmonk.Core.Settings;

/// <summary>Name, address and mail identity of the installation (spec/settings.md 2.1).</summary>
public sealed record GeneralSettings
{
    [JsonPropertyName("app.site_name")]
    public string SiteName { get; init; } = "Mailing list";

    /// <summary>Base of all links in mails and pages; absolute, without trailing slash, a path prefix is allowed.</summary>
    [JsonPropertyName("app.root_url")]
    public string RootUrl { get; init; } = "http://localhost:9000";

    [JsonPropertyName("app.logo_url")]
    public string LogoUrl { get; init; } = "";

    [JsonPropertyName("app.favicon_url")]
    public string FaviconUrl { get; init; } = "";

    /// <summary><c>Name &lt;a@b&gt;</c> or a bare address.</summary>
    [JsonPropertyName("app.from_email")]
    public string FromEmail { get; init; } = "listmonk <noreply@listmonk.yoursite.com>";

    [JsonPropertyName("app.notify_emails")]
    public IReadOnlyList<string> NotifyEmails { get; init; } = [];

    [JsonPropertyName("app.lang")]
    public string Language { get; init; } = "en";

    [JsonPropertyName("app.enable_public_subscription_page")]
    public bool EnablePublicSubscriptionPage { get; init; } = true;

    [JsonPropertyName("app.send_optin_confirmation")]
    public bool SendOptinConfirmation { get; init; } = true;

    [JsonPropertyName("app.show_optin_page")]
    public bool ShowOptinPage { get; init; } = true;

    [JsonPropertyName("app.enable_public_archive")]
    public bool EnablePublicArchive { get; init; } = true;

    [JsonPropertyName("app.enable_public_archive_rss_content")]
    public bool EnablePublicArchiveRssContent { get; init; } = true;

    [JsonPropertyName("app.check_updates")]
    public bool CheckUpdates { get; init; }
}

/// <summary>How fast campaigns go out (spec/settings.md 2.2).</summary>
public sealed record SendingSettings
{
    /// <summary>Sending workers.</summary>
    [JsonPropertyName("app.concurrency")]
    public int Concurrency { get; init; } = 10;

    /// <summary>Messages a second for each worker; the ceiling is concurrency × rate.</summary>
    [JsonPropertyName("app.message_rate")]
    public int MessageRate { get; init; } = 10;

    [JsonPropertyName("app.batch_size")]
    public int BatchSize { get; init; } = 1000;

    /// <summary>Errors on our side after which a campaign pauses; 0 means never.</summary>
    [JsonPropertyName("app.max_send_errors")]
    public int MaxSendErrors { get; init; } = 1000;

    /// <summary>Ours, in minutes: a campaign that could not start in this time after its moment, the program being down, pauses and asks; 0 means it is sent however late.</summary>
    [JsonPropertyName("app.missed_schedule_minutes")]
    public int MissedScheduleMinutes { get; init; }

    [JsonPropertyName("app.message_sliding_window")]
    public bool SlidingWindow { get; init; }

    [JsonPropertyName("app.message_sliding_window_rate")]
    public int SlidingWindowRate { get; init; } = 10000;

    /// <summary>A duration such as <c>1h</c>; see <see cref="DurationText"/>.</summary>
    [JsonPropertyName("app.message_sliding_window_duration")]
    public string SlidingWindowDuration { get; init; } = "1h";

    /// <summary>Ours: limits for the mailbox providers that receive the mails; the first that names a domain holds for it.</summary>
    [JsonPropertyName("app.domain_limits")]
    public IReadOnlyList<DomainLimit> DomainLimits { get; init; } = [];

    [JsonPropertyName("app.cache_slow_queries")]
    public bool CacheSlowQueries { get; init; }

    [JsonPropertyName("app.cache_slow_queries_interval")]
    public string CacheSlowQueriesInterval { get; init; } = "0 3 * * *";
}

/// <summary>How fast campaigns may reach mailboxes of some domains.</summary>
public sealed record DomainLimit
{
    /// <summary>Stands for each domain that no other limit names, by itself.</summary>
    public const string Any = "*";

    /// <summary>They share the limit, as the domains of one provider do.</summary>
    public IReadOnlyList<string> Domains { get; init; } = [];

    /// <summary>Messages a minute; 0 means no limit.</summary>
    public int PerMinute { get; init; }

    /// <summary>Messages under way at once; 0 means no limit.</summary>
    public int AtOnce { get; init; }
}

/// <summary>What is recorded of recipients, and what they may do themselves (spec/settings.md 2.3).</summary>
public sealed record PrivacySettings
{
    [JsonPropertyName("privacy.disable_tracking")]
    public bool DisableTracking { get; init; }

    [JsonPropertyName("privacy.individual_tracking")]
    public bool IndividualTracking { get; init; }

    /// <summary>Ours: opens are recorded at the level above unless switched off here.</summary>
    [JsonPropertyName("privacy.track_opens")]
    public bool TrackOpens { get; init; } = true;

    /// <summary>Ours: clicks are recorded at the level above unless switched off here.</summary>
    [JsonPropertyName("privacy.track_clicks")]
    public bool TrackClicks { get; init; } = true;

    /// <summary>Ours: false tracks only links marked with TrackLink, as listmonk does.</summary>
    [JsonPropertyName("privacy.track_all_links")]
    public bool TrackAllLinks { get; init; } = true;

    /// <summary>Ours: hosts whose links are never rewritten; subdomains included.</summary>
    [JsonPropertyName("privacy.untracked_domains")]
    public IReadOnlyList<string> UntrackedDomains { get; init; } = [];

    [JsonPropertyName("privacy.unsubscribe_header")]
    public bool UnsubscribeHeader { get; init; } = true;

    [JsonPropertyName("privacy.allow_blocklist")]
    public bool AllowBlocklist { get; init; } = true;

    [JsonPropertyName("privacy.allow_preferences")]
    public bool AllowPreferences { get; init; } = true;

    [JsonPropertyName("privacy.allow_export")]
    public bool AllowExport { get; init; } = true;

    [JsonPropertyName("privacy.allow_wipe")]
    public bool AllowWipe { get; init; } = true;

    [JsonPropertyName("privacy.record_optin_ip")]
    public bool RecordOptinIp { get; init; }

    [JsonPropertyName("privacy.exportable")]
    public IReadOnlyList<string> Exportable { get; init; } = ["profile", "subscriptions", "campaign_views", "link_clicks"];

    /// <summary>Ours: the public forms refuse addresses of services that hand them out for minutes.</summary>
    [JsonPropertyName("privacy.refuse_disposable")]
    public bool RefuseDisposable { get; init; }

    [JsonPropertyName("privacy.domain_blocklist")]
    public IReadOnlyList<string> DomainBlocklist { get; init; } = [];

    [JsonPropertyName("privacy.domain_allowlist")]
    public IReadOnlyList<string> DomainAllowlist { get; init; } = [];
}

/// <summary>Ours: rules for the transactional API and its log.</summary>
public sealed record TransactionalSettings
{
    /// <summary>Days that messages stay in the log with their content.</summary>
    [JsonPropertyName("tx.retention_days")]
    public int RetentionDays { get; init; } = 30;

    /// <summary>Treats blocklisted subscribers as unknown; listmonk mails them.</summary>
    [JsonPropertyName("tx.skip_blocklisted")]
    public bool SkipBlocklisted { get; init; }
}

/// <summary>Where uploaded files are kept (spec/settings.md, spec/transactional-media.md 2.4).</summary>
public sealed record MediaSettings
{
    public const string FileSystem = "filesystem";
    public const string S3 = "s3";

    /// <summary><c>filesystem</c> or <c>s3</c>; files that the other one holds stay readable.</summary>
    [JsonPropertyName("upload.provider")]
    public string Provider { get; init; } = FileSystem;

    /// <summary>The kinds of files that may be uploaded; <c>*</c> allows all.</summary>
    [JsonPropertyName("upload.extensions")]
    public IReadOnlyList<string> Extensions { get; init; } = [];

    /// <summary>The endpoint; empty means Amazon's of the region.</summary>
    [JsonPropertyName("upload.s3.url")]
    public string S3Url { get; init; } = "";

    /// <summary>Where readers find the files, such as the address of a CDN; empty or a path means that this application serves a private bucket.</summary>
    [JsonPropertyName("upload.s3.public_url")]
    public string S3PublicUrl { get; init; } = "";

    /// <summary>Empty, together with the secret, uses the machine's own role.</summary>
    [JsonPropertyName("upload.s3.aws_access_key_id")]
    public string S3AccessKeyId { get; init; } = "";

    [JsonPropertyName("upload.s3.aws_secret_access_key")]
    public string S3SecretAccessKey { get; init; } = "";

    [JsonPropertyName("upload.s3.aws_default_region")]
    public string S3Region { get; init; } = "ap-south-1";

    [JsonPropertyName("upload.s3.bucket")]
    public string S3Bucket { get; init; } = "";

    /// <summary>A folder in the bucket.</summary>
    [JsonPropertyName("upload.s3.bucket_path")]
    public string S3BucketPath { get; init; } = "/";

    /// <summary><c>public</c> or <c>private</c>.</summary>
    [JsonPropertyName("upload.s3.bucket_type")]
    public string S3BucketType { get; init; } = "public";
}

/// <summary>The SMTP servers (spec/settings.md 3.1). While none is enabled, mail goes to the embedded outbox.</summary>
public sealed record SmtpSettings
{
    [JsonPropertyName("smtp")]
    public IReadOnlyList<SmtpServer> Servers { get; init; } = [];
}

/// <summary>One SMTP server with its pool, authentication and routing.</summary>
public sealed record SmtpServer : ISettingsEntry
{
    public string Uuid { get; init; } = "";

    public string Name { get; init; } = "";

    public bool Enabled { get; init; } = true;

    public string Host { get; init; } = "";

    public int Port { get; init; } = 587;

    /// <summary>Name used in EHLO; empty means the machine's own.</summary>
    public string HelloHostname { get; init; } = "";

    /// <summary><c>login</c>, <c>cram</c>, <c>plain</c> or <c>none</c>.</summary>
    public string AuthProtocol { get; init; } = "none";

    public string Username { get; init; } = "";

    public string Password { get; init; } = "";

    /// <summary><c>none</c>, <c>STARTTLS</c> or <c>TLS</c>.</summary>
    public string TlsType { get; init; } = "STARTTLS";

    public bool TlsSkipVerify { get; init; }

    public int MaxConns { get; init; } = 10;

    /// <summary>Attempts for one message, the first included.</summary>
    public int MaxMsgRetries { get; init; } = 2;

    public string MsgRetryDelay { get; init; } = "10ms";

    public string IdleTimeout { get; init; } = "15s";

    public string WaitTimeout { get; init; } = "5s";

    public IReadOnlyList<IReadOnlyDictionary<string, string>> EmailHeaders { get; init; } = [];

    public IReadOnlyList<string> FromAddresses { get; init; } = [];

    /// <summary>Ours: the return path of mails that leave here; empty means that of the installation.</summary>
    public string ReturnPath { get; init; } = "";

    /// <summary>Ours: the share of the mail among servers that may carry it; 0 is used only while none of the others can.</summary>
    public int Weight { get; init; } = 1;

    /// <summary>Ours: messages a second; 0 means no limit.</summary>
    public int MessageRate { get; init; }

    /// <summary>Ours: messages in any 24 hours; 0 means no limit.</summary>
    public int DailyLimit { get; init; }
}

/// <summary>HTTP services that messages can be posted to instead of SMTP (spec/settings.md 3.2).</summary>
public sealed record MessengerSettings
{
    [JsonPropertyName("messengers")]
    public IReadOnlyList<PostbackServer> Servers { get; init; } = [];
}

/// <summary>One postback messenger.</summary>
public sealed record PostbackServer : ISettingsEntry
{
    /// <summary>Anything shorter could be guessed.</summary>
    public const int ShortestSigningKey = 16;

    public string Uuid { get; init; } = "";

    public bool Enabled { get; init; } = true;

    public string Name { get; init; } = "";

    public string RootUrl { get; init; } = "";

    public string Username { get; init; } = "";

    public string Password { get; init; } = "";

    /// <summary>Ours: each request carries an HMAC made with it, so that the receiver knows where it comes from; empty signs nothing.</summary>
    public string SigningKey { get; init; } = "";

    public int MaxConns { get; init; } = 25;

    public string Timeout { get; init; } = "5s";

    public int MaxMsgRetries { get; init; } = 2;
}

/// <summary>Custom styles and scripts (spec/settings.md 2.7).</summary>
public sealed record AppearanceSettings
{
    [JsonPropertyName("appearance.admin.custom_css")]
    public string AdminCustomCss { get; init; } = "";

    [JsonPropertyName("appearance.admin.custom_js")]
    public string AdminCustomJs { get; init; } = "";

    [JsonPropertyName("appearance.public.custom_css")]
    public string PublicCustomCss { get; init; } = "";

    [JsonPropertyName("appearance.public.custom_js")]
    public string PublicCustomJs { get; init; } = "";
}
