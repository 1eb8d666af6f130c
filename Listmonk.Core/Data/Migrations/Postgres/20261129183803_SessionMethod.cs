using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Listmonk.Core.Data.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class SessionMethod : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "method",
                table: "sessions",
                type: "character varying(32)",
                maxLength: 32,
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "method",
                table: "sessions");
        }
    }
}
