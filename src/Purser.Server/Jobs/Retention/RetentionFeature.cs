namespace Purser.Server.Jobs.Retention;

/// <summary>What is kept for a while only (stack notes 3, retention). The book, the audit and the events of accounts are kept for ever.</summary>
internal static class RetentionFeature
{
    private static readonly TimeSpan Hourly = TimeSpan.FromHours(1);

    public static void Add(IServiceCollection services) => services
        .AddJob<ForgetDeviceAnswers>(ForgetDeviceAnswers.Name, Hourly)
        .AddJob<ForgetIdempotencyKeys>(ForgetIdempotencyKeys.Name, Hourly);
}
