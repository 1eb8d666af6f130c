using MudBlazor;

namespace Listmonk.Web.Shell;

/// <summary>The look of the admin pages: quiet surfaces, lines instead of shadows, one primary colour (decision 0011).</summary>
internal static class Theme
{
    /// <summary>Inter where the machine has it, else what the system reads best in; nothing is fetched.</summary>
    private static readonly string[] Fonts = ["Inter", "system-ui", "-apple-system", "Segoe UI", "Roboto", "Helvetica Neue", "Arial", "sans-serif"];

    public static MudTheme Create() => new()
    {
        PaletteLight = new PaletteLight
        {
            Primary = "#1d5fd6",
            Secondary = "#55607a",
            Tertiary = "#6b4fd8",
            Info = "#1d5fd6",
            Success = "#1f7a4a",
            Warning = "#8f5600",
            Error = "#bf2f2a",
            Background = "#f7f8fa",
            BackgroundGray = "#f1f3f6",
            Surface = "#ffffff",
            AppbarBackground = "#ffffff",
            AppbarText = "#1b2130",
            DrawerBackground = "#ffffff",
            DrawerText = "#39424f",
            DrawerIcon = "#5a6576",
            TextPrimary = "#1b2130",
            TextSecondary = "#586174",
            TextDisabled = "#6b7484",
            ActionDefault = "#586174",
            LinesDefault = "#e3e6eb",
            LinesInputs = "#8a93a3",
            TableLines = "#e9ecf0",
            TableHover = "#f4f6f9",
            Divider = "#e3e6eb",
            Skeleton = "#e9ecf0",
        },
        PaletteDark = new PaletteDark
        {
            Primary = "#7ab0ff",
            PrimaryContrastText = "#0d1420",
            Secondary = "#a3adc0",
            Tertiary = "#b3a1ff",
            Info = "#7ab0ff",
            InfoContrastText = "#0d1420",
            Success = "#5cc58c",
            SuccessContrastText = "#0d1420",
            Warning = "#e8b25a",
            WarningContrastText = "#0d1420",
            Error = "#ff8a80",
            ErrorContrastText = "#0d1420",
            Background = "#12151b",
            BackgroundGray = "#161a21",
            Surface = "#191d25",
            AppbarBackground = "#191d25",
            AppbarText = "#e6e9ef",
            DrawerBackground = "#191d25",
            DrawerText = "#c3cad6",
            DrawerIcon = "#98a2b3",
            TextPrimary = "#e6e9ef",
            TextSecondary = "#9ea8b8",
            TextDisabled = "#8791a2",
            ActionDefault = "#a9b2c1",
            LinesDefault = "#2c323e",
            LinesInputs = "#667083",
            TableLines = "#272d38",
            TableHover = "#1f242e",
            Divider = "#2c323e",
            Skeleton = "#272d38",
        },
        Typography = new Typography
        {
            Default = new DefaultTypography { FontFamily = Fonts, FontSize = "0.875rem", LineHeight = "1.5", LetterSpacing = "normal" },
            H1 = new H1Typography { FontFamily = Fonts, FontSize = "1.375rem", FontWeight = "600", LineHeight = "1.3", LetterSpacing = "-0.01em" },
            H2 = new H2Typography { FontFamily = Fonts, FontSize = "1.0625rem", FontWeight = "600", LineHeight = "1.4", LetterSpacing = "normal" },
            H3 = new H3Typography { FontFamily = Fonts, FontSize = "0.9375rem", FontWeight = "600", LineHeight = "1.4", LetterSpacing = "normal" },
            H4 = new H4Typography { FontFamily = Fonts, FontSize = "0.875rem", FontWeight = "600", LineHeight = "1.4", LetterSpacing = "normal" },
            H5 = new H5Typography { FontFamily = Fonts, FontSize = "0.875rem", FontWeight = "600", LineHeight = "1.4", LetterSpacing = "normal" },
            H6 = new H6Typography { FontFamily = Fonts, FontSize = "0.9375rem", FontWeight = "600", LineHeight = "1.4", LetterSpacing = "normal" },
            Body1 = new Body1Typography { FontFamily = Fonts, FontSize = "0.875rem", LineHeight = "1.5", LetterSpacing = "normal" },
            Body2 = new Body2Typography { FontFamily = Fonts, FontSize = "0.875rem", LineHeight = "1.5", LetterSpacing = "normal" },
            Subtitle1 = new Subtitle1Typography { FontFamily = Fonts, FontSize = "0.875rem", FontWeight = "500", LetterSpacing = "normal" },
            Subtitle2 = new Subtitle2Typography { FontFamily = Fonts, FontSize = "0.875rem", FontWeight = "600", LetterSpacing = "normal" },
            Button = new ButtonTypography { FontFamily = Fonts, FontSize = "0.875rem", FontWeight = "500", LetterSpacing = "normal", TextTransform = "none" },
            Caption = new CaptionTypography { FontFamily = Fonts, FontSize = "0.8125rem", LetterSpacing = "normal" },
        },
        LayoutProperties = new LayoutProperties { DefaultBorderRadius = "8px", DrawerWidthLeft = "232px", AppbarHeight = "56px" },
    };
}
