using System.Text.Json;
using Listmonk.Core.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Listmonk.Core.Data;

/// <summary>Conventions that hold for every table: snake_case columns, enums as text, times as UTC, string lists as JSON.</summary>
internal static class ModelConventions
{
    private const string JsonAnnotation = "Listmonk:Json";

    /// <summary>Marks a text property that holds JSON; the dialect picks the column type.</summary>
    public static PropertyBuilder<TProperty> IsJson<TProperty>(this PropertyBuilder<TProperty> property) =>
        property.HasAnnotation(JsonAnnotation, true);

    public static void Apply(ModelBuilder modelBuilder, IDatabaseDialect dialect)
    {
        foreach (var entity in modelBuilder.Model.GetEntityTypes())
        {
            foreach (var property in entity.GetProperties())
            {
                if (property.FindAnnotation("Relational:ColumnName") is null)
                {
                    property.SetColumnName(JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name));
                }

                var type = Nullable.GetUnderlyingType(property.ClrType) ?? property.ClrType;
                if (type.IsEnum)
                {
                    property.SetValueConverter((ValueConverter)Activator.CreateInstance(typeof(EnumTextConverter<>).MakeGenericType(type))!);
                    property.SetMaxLength(32);
                }
                else if (type == typeof(DateTimeOffset))
                {
                    property.SetValueConverter(dialect.TimeConverter);
                }
                else if (property.ClrType == typeof(List<string>))
                {
                    property.SetValueConverter(new StringListConverter());
                    property.SetValueComparer(StringListConverter.Comparer);
                    property.SetColumnType(dialect.JsonColumnType);
                }
                else if (property.FindAnnotation(JsonAnnotation) is not null)
                {
                    property.SetColumnType(dialect.JsonColumnType);
                }
            }

            foreach (var key in entity.GetKeys())
            {
                key.SetName(JsonNamingPolicy.SnakeCaseLower.ConvertName(key.GetName()!));
            }

            foreach (var index in entity.GetIndexes())
            {
                index.SetDatabaseName(JsonNamingPolicy.SnakeCaseLower.ConvertName(index.GetDatabaseName()!));
            }
        }
    }

    private sealed class StringListConverter() : ValueConverter<List<string>, string>(
        list => JsonSerializer.Serialize(list, JsonSerializerOptions.Default),
        text => JsonSerializer.Deserialize<List<string>>(text, JsonSerializerOptions.Default) ?? new List<string>())
    {
        public static ValueComparer<List<string>> Comparer { get; } = new(
            (left, right) => left == right || (left != null && right != null && left.SequenceEqual(right)),
            list => list.Aggregate(0, (hash, text) => HashCode.Combine(hash, StringComparer.Ordinal.GetHashCode(text))),
            list => list.ToList());
    }
}

/// <summary>Stores an enum as its snake_case name, the spelling of listmonk's API.</summary>
internal sealed class EnumTextConverter<TEnum>() : ValueConverter<TEnum, string>(value => EnumText.Of(value), text => EnumText.Parse<TEnum>(text))
    where TEnum : struct, Enum;
