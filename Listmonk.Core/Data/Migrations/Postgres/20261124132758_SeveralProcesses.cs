using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

#pragma warning disable CA1814 // Prefer jagged arrays over multidimensional

namespace Listmonk.Core.Data.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class SeveralProcesses : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<int>(
                name: "lease_epoch",
                table: "import_jobs",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<string>(
                name: "lease_owner",
                table: "import_jobs",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "lease_until",
                table: "import_jobs",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "revisions",
                columns: table => new
                {
                    name = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    value = table.Column<Guid>(type: "uuid", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_revisions", x => x.name);
                });

            migrationBuilder.InsertData(
                table: "revisions",
                columns: new[] { "name", "value" },
                values: new object[,]
                {
                    { "accounts", new Guid("00000000-0000-0000-0000-000000000000") },
                    { "settings", new Guid("00000000-0000-0000-0000-000000000000") },
                    { "templates", new Guid("00000000-0000-0000-0000-000000000000") },
                    { "tracking_keys", new Guid("00000000-0000-0000-0000-000000000000") }
                });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "revisions");

            migrationBuilder.DropColumn(
                name: "lease_epoch",
                table: "import_jobs");

            migrationBuilder.DropColumn(
                name: "lease_owner",
                table: "import_jobs");

            migrationBuilder.DropColumn(
                name: "lease_until",
                table: "import_jobs");
        }
    }
}
