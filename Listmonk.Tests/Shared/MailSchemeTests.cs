using Listmonk.Web.Shared;

namespace Listmonk.Tests.Shared;

[Trait("Kind", "Unit")]
public sealed class MailSchemeTests
{
    private const string Mail = "<meta name=\"color-scheme\" content=\"light dark\"><style>:root { color-scheme: light dark; } @media (prefers-color-scheme: dark) { p { color: #fff } }</style><p>x</p>";

    [Fact]
    public void On_a_light_device_dark_styles_never_apply() =>
        Assert.Equal("<meta name=\"color-scheme\" content=\"light\"><style>:root { color-scheme: light; } @media (max-width: 0) { p { color: #fff } }</style><p>x</p>", MailScheme.Show(Mail, isDark: false));

    [Fact]
    public void On_a_dark_device_they_always_do() =>
        Assert.Equal("<meta name=\"color-scheme\" content=\"dark\"><style>:root { color-scheme: dark; } @media (min-width: 0) { p { color: #fff } }</style><p>x</p>", MailScheme.Show(Mail, isDark: true));

    [Fact]
    public void A_mail_without_dark_styles_is_left_alone()
    {
        Assert.False(MailScheme.HasDarkStyles("<p>color</p>"));
        Assert.Equal("<p>color</p>", MailScheme.Show("<p>color</p>", isDark: true));
    }
}
