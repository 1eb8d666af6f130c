using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

#pragma warning disable CA1814 // Prefer jagged arrays over multidimensional

namespace Listmonk.Core.Data.Migrations.Sqlite
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
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<string>(
                name: "lease_owner",
                table: "import_jobs",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "lease_until",
                table: "import_jobs",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "revisions",
                columns: table => new
                {
                    name = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    value = table.Column<Guid>(type: "TEXT", nullable: false)
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
