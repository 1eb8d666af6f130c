using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Listmonk.Core.Data.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class QuotaUses : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "quota_uses",
                columns: table => new
                {
                    scope = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    slice = table.Column<long>(type: "INTEGER", nullable: false),
                    used = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_quota_uses", x => new { x.scope, x.slice });
                });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "quota_uses");
        }
    }
}
