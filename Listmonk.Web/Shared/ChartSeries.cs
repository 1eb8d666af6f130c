namespace Listmonk.Web.Shared;

/// <summary>One line of a <see cref="TimeChart"/>; the colour is a CSS value, and dashes help those who cannot tell colours apart.</summary>
public sealed record ChartSeries(string Name, string Color, IReadOnlyList<int> Values, bool IsDashed = false)
{
    public const string OpensColor = "var(--chart-opens)";
    public const string ClicksColor = "var(--chart-clicks)";
}
