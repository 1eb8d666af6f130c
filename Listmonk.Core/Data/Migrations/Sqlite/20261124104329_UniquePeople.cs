using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Listmonk.Core.Data.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class UniquePeople : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<int>(
                name: "unique_clicks_people",
                table: "campaigns",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<int>(
                name: "unique_opens_people",
                table: "campaigns",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "unique_clicks_people",
                table: "campaigns");

            migrationBuilder.DropColumn(
                name: "unique_opens_people",
                table: "campaigns");
        }
    }
}
