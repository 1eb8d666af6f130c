using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Listmonk.Core.Data.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class BounceMailsSeen : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "bounce_mails_seen",
                columns: table => new
                {
                    mailbox = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    uid = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    is_handled = table.Column<bool>(type: "INTEGER", nullable: false),
                    seen_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_bounce_mails_seen", x => new { x.mailbox, x.uid });
                });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "bounce_mails_seen");
        }
    }
}
