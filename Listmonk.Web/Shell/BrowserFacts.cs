namespace Listmonk.Web.Shell;

/// <summary>What the layout asks the browser for once, before it draws anything (wwwroot/js/admin.js).</summary>
/// <param name="TimeZone">IANA name.</param>
/// <param name="Theme"><c>auto</c>, <c>light</c> or <c>dark</c>, as chosen before.</param>
/// <param name="PrefersDark">Whether the device asks for dark.</param>
internal sealed record BrowserFacts(string TimeZone, string Theme, bool PrefersDark);
