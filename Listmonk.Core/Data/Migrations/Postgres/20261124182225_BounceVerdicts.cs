using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Listmonk.Core.Data.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class BounceVerdicts : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "action",
                table: "bounces",
                type: "character varying(32)",
                maxLength: 32,
                nullable: false,
                defaultValue: "none");

            migrationBuilder.AddColumn<string>(
                name: "content",
                table: "bounces",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "decided_by",
                table: "bounces",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "domain",
                table: "bounces",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "is_judged",
                table: "bounces",
                type: "boolean",
                nullable: false,
                defaultValue: true);

            migrationBuilder.AddColumn<string>(
                name: "line",
                table: "bounces",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "matched_by",
                table: "bounces",
                type: "character varying(32)",
                maxLength: 32,
                nullable: false,
                defaultValue: "caller");

            migrationBuilder.AddColumn<string>(
                name: "source_key",
                table: "bounces",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "undo",
                table: "bounces",
                type: "text",
                nullable: true);

            migrationBuilder.CreateIndex(
                name: "ix_bounces_is_judged",
                table: "bounces",
                column: "is_judged");

            migrationBuilder.CreateIndex(
                name: "ix_bounces_source_key",
                table: "bounces",
                column: "source_key",
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_bounces_is_judged",
                table: "bounces");

            migrationBuilder.DropIndex(
                name: "ix_bounces_source_key",
                table: "bounces");

            migrationBuilder.DropColumn(
                name: "action",
                table: "bounces");

            migrationBuilder.DropColumn(
                name: "content",
                table: "bounces");

            migrationBuilder.DropColumn(
                name: "decided_by",
                table: "bounces");

            migrationBuilder.DropColumn(
                name: "domain",
                table: "bounces");

            migrationBuilder.DropColumn(
                name: "is_judged",
                table: "bounces");

            migrationBuilder.DropColumn(
                name: "line",
                table: "bounces");

            migrationBuilder.DropColumn(
                name: "matched_by",
                table: "bounces");

            migrationBuilder.DropColumn(
                name: "source_key",
                table: "bounces");

            migrationBuilder.DropColumn(
                name: "undo",
                table: "bounces");
        }
    }
}
