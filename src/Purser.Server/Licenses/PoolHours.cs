namespace Purser.Server.Licenses;

/// <summary>Pool history is kept by the hour.</summary>
public static class PoolHours
{
    public static DateTimeOffset Of(DateTimeOffset instant)
    {
        var seconds = instant.ToUnixTimeSeconds();
        return DateTimeOffset.FromUnixTimeSeconds(seconds - (seconds % 3600));
    }
}
