using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Listmonk.Core.Data.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class BounceReceivers : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "campaign_receivers",
                columns: table => new
                {
                    campaign_id = table.Column<int>(type: "integer", nullable: false),
                    receiver = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    sent = table.Column<int>(type: "integer", nullable: false),
                    of = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_campaign_receivers", x => new { x.campaign_id, x.receiver });
                    table.ForeignKey(
                        name: "FK_campaign_receivers_campaigns_campaign_id",
                        column: x => x.campaign_id,
                        principalTable: "campaigns",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "webhook_tokens",
                columns: table => new
                {
                    token = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    @event = table.Column<string>(name: "event", type: "character varying(64)", maxLength: 64, nullable: false),
                    seen_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_webhook_tokens", x => x.token);
                });

            migrationBuilder.CreateIndex(
                name: "ix_bounces_domain_created_at",
                table: "bounces",
                columns: new[] { "domain", "created_at" });

            migrationBuilder.CreateIndex(
                name: "ix_webhook_tokens_seen_at",
                table: "webhook_tokens",
                column: "seen_at");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "campaign_receivers");

            migrationBuilder.DropTable(
                name: "webhook_tokens");

            migrationBuilder.DropIndex(
                name: "ix_bounces_domain_created_at",
                table: "bounces");
        }
    }
}
