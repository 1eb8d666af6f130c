namespace Listmonk.Core.Templates.Blocks;

/// <summary>A list of blocks inside another: of the page, of a section, or of one of the columns, counted from 0.</summary>
public readonly record struct BlockSlot(string ParentId, int Column = 0);

/// <summary>Where a block stands.</summary>
public readonly record struct BlockPlace(BlockSlot Slot, int Index);
