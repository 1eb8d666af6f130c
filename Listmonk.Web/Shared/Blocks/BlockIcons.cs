using Listmonk.Core.Templates.Blocks;
using MudBlazor;

namespace Listmonk.Web.Shared.Blocks;

/// <summary>The pictures of blocks in the palette and the outline.</summary>
internal static class BlockIcons
{
    public static string Of(string presetOrType) => presetOrType switch
    {
        BlockTypes.Page => Icons.Material.Outlined.Email,
        BlockTypes.Heading => Icons.Material.Outlined.Title,
        BlockTypes.Text => Icons.Material.Outlined.Notes,
        BlockTypes.Image => Icons.Material.Outlined.Image,
        BlockTypes.Button => Icons.Material.Outlined.SmartButton,
        BlockTypes.Section => Icons.Material.Outlined.CropLandscape,
        BlockTypes.Columns or BlockPresets.Columns2 => Icons.Material.Outlined.ViewColumn,
        BlockPresets.Columns3 => Icons.Material.Outlined.ViewWeek,
        BlockTypes.Divider => Icons.Material.Outlined.HorizontalRule,
        BlockTypes.Spacer => Icons.Material.Outlined.Height,
        BlockTypes.SocialLinks => Icons.Material.Outlined.Share,
        BlockTypes.Avatar => Icons.Material.Outlined.AccountCircle,
        BlockTypes.Html => Icons.Material.Outlined.Code,
        BlockPresets.Footer => Icons.Material.Outlined.Unsubscribe,
        _ => Icons.Material.Outlined.Extension,
    };
}
