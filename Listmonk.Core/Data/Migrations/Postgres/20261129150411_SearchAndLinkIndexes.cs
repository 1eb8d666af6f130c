using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Listmonk.Core.Data.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class SearchAndLinkIndexes : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_tracking_hits_campaign_id_kind_at",
                table: "tracking_hits");

            migrationBuilder.CreateIndex(
                name: "ix_tracking_hits_campaign_id_kind_at_link_id_subscriber_id",
                table: "tracking_hits",
                columns: new[] { "campaign_id", "kind", "at", "link_id", "subscriber_id" });

            // Without the extension, or the right to add it, everything works and searching a large installation is slow.
            migrationBuilder.Sql(
                """
                DO $$
                BEGIN
                    CREATE EXTENSION IF NOT EXISTS pg_trgm;
                    CREATE INDEX ix_subscribers_parts ON subscribers USING gin (lower(email || chr(10) || name) gin_trgm_ops);
                EXCEPTION WHEN insufficient_privilege OR undefined_file OR feature_not_supported OR undefined_object THEN
                    RAISE NOTICE 'pg_trgm is not available: %', SQLERRM;
                END
                $$;
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_tracking_hits_campaign_id_kind_at_link_id_subscriber_id",
                table: "tracking_hits");

            migrationBuilder.CreateIndex(
                name: "ix_tracking_hits_campaign_id_kind_at",
                table: "tracking_hits",
                columns: new[] { "campaign_id", "kind", "at" });

            migrationBuilder.Sql("DROP INDEX IF EXISTS ix_subscribers_parts;");
        }
    }
}
