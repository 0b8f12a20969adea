using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Purser.Cli.Collector.Store;

/// <summary>The collector's own small store: one SQLite file.</summary>
internal sealed class CollectorContext(DbContextOptions<CollectorContext> options) : DbContext(options)
{
    public DbSet<KnownDevice> Devices => Set<KnownDevice>();

    public DbSet<CarriedFile> Files => Set<CarriedFile>();

    public DbSet<HeldReport> HeldReports => Set<HeldReport>();

    public DbSet<Forwarding> Forwardings => Set<Forwarding>();

    public DbSet<CollectorSettings> Settings => Set<CollectorSettings>();

    protected override void ConfigureConventions(ModelConfigurationBuilder configuration)
    {
        configuration.Properties<DateTimeOffset>().HaveConversion<Seconds>();
        configuration.Properties<Enum>().HaveConversion<string>();
    }

    protected override void OnModelCreating(ModelBuilder model)
    {
        model.Entity<KnownDevice>(row =>
        {
            row.HasIndex(one => one.Udi).IsUnique();
            row.HasIndex(one => one.Address).IsUnique();
            row.HasIndex(one => one.NextPullAt);
        });
        model.Entity<CarriedFile>(row =>
        {
            row.HasIndex(one => one.Name).IsUnique();
            row.HasIndex(one => one.PollId).IsUnique();
            row.HasIndex(one => new { one.DeviceId, one.Digest }).IsUnique();
            row.HasIndex(one => new { one.State, one.Id });
            row.HasIndex(one => one.ForwardingId);
            row.HasIndex(one => one.NextDeliveryAt);
            row.HasOne<KnownDevice>().WithMany().HasForeignKey(one => one.DeviceId).OnDelete(DeleteBehavior.Cascade);
        });
        model.Entity<HeldReport>(row =>
        {
            row.HasKey(one => new { one.DeviceId, one.ReportId });
            row.HasOne<CarriedFile>().WithMany().HasForeignKey(one => one.FileId).OnDelete(DeleteBehavior.Cascade);
        });
        model.Entity<Forwarding>().HasIndex(one => one.State);
    }

    /// <summary>Instants are whole seconds, and compare as numbers.</summary>
    private sealed class Seconds() : ValueConverter<DateTimeOffset, long>(instant => instant.ToUnixTimeSeconds(), seconds => DateTimeOffset.FromUnixTimeSeconds(seconds));
}
