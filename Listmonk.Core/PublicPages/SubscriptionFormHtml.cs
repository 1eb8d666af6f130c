using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using Listmonk.Core.Common;
using Listmonk.Core.Languages;
using Listmonk.Core.Lists;
using Listmonk.Core.PublicPages.Captcha;
using Listmonk.Core.Settings;

namespace Listmonk.Core.PublicPages;

/// <summary>How a form for another site looks.</summary>
public enum FormStyle
{
    Light,
    Dark,

    /// <summary>As the site's own styles make it.</summary>
    None,
}

/// <summary>What a form for another site shall hold.</summary>
public sealed record SubscriptionForm
{
    /// <summary>Of this installation, without trailing slash.</summary>
    public required string RootUrl { get; init; }

    public required LanguagePack Language { get; init; }

    /// <summary>Offered as ticked boxes.</summary>
    public required IReadOnlyList<PublicList> Lists { get; init; }

    /// <summary>Where the form leads once it is sent; must be one of the trusted URLs. Empty for this installation's own page.</summary>
    public string Next { get; init; } = "";

    public bool AsksForName { get; init; } = true;

    /// <summary>What people must agree to; empty asks for nothing.</summary>
    public string Consent { get; init; } = "";

    public FormStyle Style { get; init; }

    public CaptchaProviders Captcha { get; init; } = new();
}

/// <summary>
/// Writes the subscription form as HTML to be pasted into any site (spec/public.md 3.5). Labels hold their fields, so that there are no ids that
/// could collide with the site's; whatever people typed is encoded.
/// </summary>
public static class SubscriptionFormHtml
{
    private const string ChallengePath = "/api/public/captcha/altcha";

    private const string Layout =
        """
        .listmonk-form { box-sizing: border-box; max-width: 26rem; padding: 1.5rem; border: 1px solid; border-radius: 12px; font: 16px/1.5 system-ui, sans-serif; }
        .listmonk-form label { display: block; margin: 0 0 1rem; font-weight: 600; }
        .listmonk-form input[type=email], .listmonk-form input[name=name] { box-sizing: border-box; display: block; width: 100%; margin-top: .25rem; padding: .6rem .75rem; border: 1px solid; border-radius: 8px; font: inherit; }
        .listmonk-form fieldset { margin: 0 0 1rem; padding: .5rem 1rem; border: 1px solid; border-radius: 8px; }
        .listmonk-form fieldset label, .listmonk-form label.check { margin: .5rem 0; font-weight: 400; }
        .listmonk-form small { display: block; }
        .listmonk-form button { padding: .7rem 1.2rem; border: 0; border-radius: 8px; font: inherit; font-weight: 600; cursor: pointer; }
        """;

    private const string Light =
        """
        .listmonk-form, .listmonk-form input[type=email], .listmonk-form input[type=text] { background: #fff; color: #1d2330; }
        .listmonk-form, .listmonk-form fieldset { border-color: #dfe3e8; }
        .listmonk-form input[type=email], .listmonk-form input[type=text] { border-color: #76808f; }
        .listmonk-form small, .listmonk-form .hint { color: #5b6472; }
        .listmonk-form button { background: #0b5ed7; color: #fff; }
        """;

    private const string Dark =
        """
        .listmonk-form { color-scheme: dark; background: #1c2027; }
        .listmonk-form, .listmonk-form input[type=email], .listmonk-form input[type=text] { color: #e8eaee; }
        .listmonk-form, .listmonk-form fieldset { border-color: #333a45; }
        .listmonk-form input[type=email], .listmonk-form input[type=text] { background: #12151a; border-color: #76808f; }
        .listmonk-form small, .listmonk-form .hint { color: #a2aab6; }
        .listmonk-form button { background: #7ab0ff; color: #10151d; }
        """;

    /// <summary>Letters of every script stay readable in the HTML; quotes, brackets and ampersands do not survive.</summary>
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    /// <summary>The form with its styles and the script of the captcha.</summary>
    public static string Write(SubscriptionForm form)
    {
        ArgumentNullException.ThrowIfNull(form);
        return Write(form, withCaptcha: true);
    }

    /// <summary>A whole page that shows the form where no script may run: the captcha is a picture of itself.</summary>
    public static string WritePreview(SubscriptionForm form)
    {
        ArgumentNullException.ThrowIfNull(form);
        var page = form.Style == FormStyle.Dark ? "color-scheme: dark; background: #12151a" : "background: #fff; color: #1d2330";
        return $"<!DOCTYPE html><html lang=\"{form.Language.Code}\"><head><meta charset=\"utf-8\"><title>{Encoder.Encode(form.Language.Find("public.subTitle"))}</title>"
            + $"<style>body {{ margin: 16px; font-family: system-ui, sans-serif; {page} }}</style></head><body>{Write(form, withCaptcha: false)}</body></html>";
    }

    private static string Write(SubscriptionForm form, bool withCaptcha)
    {
        var html = new StringBuilder();
        WriteStyle(html, form.Style);
        var direction = form.Language.IsRightToLeft ? " dir=\"rtl\"" : "";
        html.Append(CultureInfo.InvariantCulture, $"<form method=\"post\" action=\"{Encoder.Encode(form.RootUrl)}/subscription/form\" class=\"listmonk-form\" lang=\"{Encoder.Encode(form.Language.Code)}\"{direction}>\n");
        WriteFields(html, form);
        WriteLists(html, form);
        if (form.Consent.Trim() is { Length: > 0 } consent)
        {
            html.Append(CultureInfo.InvariantCulture, $"  <label class=\"check\"><input type=\"checkbox\" required> {Encoder.Encode(consent)}</label>\n");
        }

        // Whoever fills this in is a program. Hidden twice: a site's styles undo the one, its content security policy the other.
        html.Append("  <input type=\"text\" name=\"nonce\" value=\"\" hidden style=\"display: none\" tabindex=\"-1\" autocomplete=\"off\">\n");
        if (form.Next.Length > 0)
        {
            html.Append(CultureInfo.InvariantCulture, $"  <input type=\"hidden\" name=\"next\" value=\"{Encoder.Encode(form.Next)}\">\n");
        }

        if (withCaptcha)
        {
            WriteCaptcha(html, form);
        }
        else if (form.Captcha.Kind != CaptchaKind.None)
        {
            html.Append(CultureInfo.InvariantCulture, $"  <label class=\"check\"><input type=\"checkbox\"> {Text(form, "public.captchaLabel")}</label>\n");
        }

        html.Append(CultureInfo.InvariantCulture, $"  <button type=\"submit\">{Text(form, "public.sub")}</button>\n</form>\n");
        return html.ToString();
    }

    private static void WriteStyle(StringBuilder html, FormStyle style)
    {
        if (style != FormStyle.None)
        {
            html.Append(CultureInfo.InvariantCulture, $"<style>\n{Layout}\n{(style == FormStyle.Dark ? Dark : Light)}\n</style>\n");
        }
    }

    private static void WriteFields(StringBuilder html, SubscriptionForm form)
    {
        html.Append(CultureInfo.InvariantCulture, $"  <label>{Text(form, "public.email")} <input type=\"email\" name=\"email\" required maxlength=\"{EmailAddress.MaxLength}\" autocomplete=\"email\"></label>\n");
        if (form.AsksForName)
        {
            html.Append(CultureInfo.InvariantCulture, $"  <label>{Text(form, "public.subName")} <input type=\"text\" name=\"name\" autocomplete=\"name\"></label>\n");
        }
    }

    private static void WriteLists(StringBuilder html, SubscriptionForm form)
    {
        html.Append(CultureInfo.InvariantCulture, $"  <fieldset>\n    <legend>{Text(form, "public.lists")}</legend>\n");
        foreach (var list in form.Lists)
        {
            var description = list.Description.Trim().Length > 0 ? $" <small>{Encoder.Encode(list.Description.Trim())}</small>" : "";
            html.Append(CultureInfo.InvariantCulture, $"    <label><input type=\"checkbox\" name=\"l\" value=\"{list.Uuid:D}\" checked> {Encoder.Encode(list.Name)}{description}</label>\n");
        }

        html.Append("  </fieldset>\n");
    }

    private static void WriteCaptcha(StringBuilder html, SubscriptionForm form)
    {
        switch (form.Captcha.Kind)
        {
            case CaptchaKind.Altcha:
                var texts = string.Concat(CaptchaTexts.Altcha.Select(text => $" {text.Attribute}=\"{Text(form, text.Key)}\""));
                html.Append(CultureInfo.InvariantCulture, $"  <altcha-widget challengeurl=\"{Encoder.Encode(form.RootUrl)}{ChallengePath}\" auto=\"onfocus\"{texts}>\n");
                html.Append(CultureInfo.InvariantCulture, $"    <noscript>{Text(form, CaptchaTexts.NeedsScripts)}</noscript>\n  </altcha-widget>\n");
                html.Append(CultureInfo.InvariantCulture, $"  <script src=\"{Encoder.Encode(form.RootUrl)}/js/altcha.js\" defer></script>\n");
                break;
            case CaptchaKind.Hcaptcha:
                html.Append(CultureInfo.InvariantCulture, $"  <div class=\"h-captcha\" data-sitekey=\"{Encoder.Encode(form.Captcha.Hcaptcha.Key)}\"></div>\n");
                html.Append(CultureInfo.InvariantCulture, $"  <noscript>{Text(form, CaptchaTexts.NeedsScripts)}</noscript>\n");
                html.Append("  <script src=\"https://js.hcaptcha.com/1/api.js\" async defer></script>\n");
                break;
        }
    }

    private static string Text(SubscriptionForm form, string key) => Encoder.Encode(form.Language.Find(key));
}
