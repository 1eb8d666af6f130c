using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Listmonk.Core.Data.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class HitDetails : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<int>(
                name: "agent_id",
                table: "tracking_hits",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "network",
                table: "tracking_hits",
                type: "TEXT",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "hit_agents",
                columns: table => new
                {
                    id = table.Column<int>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    agent = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_hit_agents", x => x.id);
                });

            migrationBuilder.CreateIndex(
                name: "ix_hit_agents_agent",
                table: "hit_agents",
                column: "agent",
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "hit_agents");

            migrationBuilder.DropColumn(
                name: "agent_id",
                table: "tracking_hits");

            migrationBuilder.DropColumn(
                name: "network",
                table: "tracking_hits");
        }
    }
}
