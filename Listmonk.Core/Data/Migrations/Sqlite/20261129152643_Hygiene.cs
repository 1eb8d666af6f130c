using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Listmonk.Core.Data.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class Hygiene : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "hygiene_reports",
                columns: table => new
                {
                    id = table.Column<int>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    status = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    months = table.Column<int>(type: "INTEGER", nullable: false),
                    mails = table.Column<int>(type: "INTEGER", nullable: false),
                    knows_activity = table.Column<bool>(type: "INTEGER", nullable: false),
                    position = table.Column<int>(type: "INTEGER", nullable: false),
                    last_id = table.Column<int>(type: "INTEGER", nullable: false),
                    counts = table.Column<string>(type: "TEXT", nullable: false),
                    error = table.Column<string>(type: "TEXT", nullable: true),
                    created_by = table.Column<string>(type: "TEXT", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    finished_at = table.Column<long>(type: "INTEGER", nullable: true),
                    lease_owner = table.Column<string>(type: "TEXT", nullable: true),
                    lease_until = table.Column<long>(type: "INTEGER", nullable: true),
                    lease_epoch = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_hygiene_reports", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "merged_subscribers",
                columns: table => new
                {
                    id = table.Column<int>(type: "INTEGER", nullable: false),
                    uuid = table.Column<Guid>(type: "TEXT", nullable: false),
                    subscriber_id = table.Column<int>(type: "INTEGER", nullable: false),
                    merged_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_merged_subscribers", x => x.id);
                    table.ForeignKey(
                        name: "FK_merged_subscribers_subscribers_subscriber_id",
                        column: x => x.subscriber_id,
                        principalTable: "subscribers",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "hygiene_findings",
                columns: table => new
                {
                    report_id = table.Column<int>(type: "INTEGER", nullable: false),
                    kind = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    subscriber_id = table.Column<int>(type: "INTEGER", nullable: false),
                    detail = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_hygiene_findings", x => new { x.report_id, x.kind, x.subscriber_id });
                    table.ForeignKey(
                        name: "FK_hygiene_findings_hygiene_reports_report_id",
                        column: x => x.report_id,
                        principalTable: "hygiene_reports",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.InsertData(
                table: "revisions",
                columns: new[] { "name", "value" },
                values: new object[] { "merged_subscribers", new Guid("00000000-0000-0000-0000-000000000000") });

            migrationBuilder.CreateIndex(
                name: "ix_hygiene_findings_report_id_kind_detail",
                table: "hygiene_findings",
                columns: new[] { "report_id", "kind", "detail" });

            migrationBuilder.CreateIndex(
                name: "ix_merged_subscribers_subscriber_id",
                table: "merged_subscribers",
                column: "subscriber_id");

            migrationBuilder.CreateIndex(
                name: "ix_merged_subscribers_uuid",
                table: "merged_subscribers",
                column: "uuid",
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "hygiene_findings");

            migrationBuilder.DropTable(
                name: "merged_subscribers");

            migrationBuilder.DropTable(
                name: "hygiene_reports");

            migrationBuilder.DeleteData(
                table: "revisions",
                keyColumn: "name",
                keyValue: "merged_subscribers");
        }
    }
}
