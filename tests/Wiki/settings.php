<?php
// Settings of the test wiki; all paths are relative to the copy that contains this file.
$wgSitename = 'Test Wiki';
$wgServer = getenv( 'MW_SERVER' ) ?: 'http://127.0.0.1';
$wgScriptPath = '/w';
$wgLanguageCode = 'en';
$wgDBtype = 'sqlite';
$wgDBname = 'wiki';
$wgSQLiteDataDir = __DIR__ . '/db';
$wgSecretKey = str_repeat( '0123456789abcdef', 4 );
$wgMainCacheType = PHP_SAPI === 'cli-server' ? CACHE_ACCEL : CACHE_NONE;
$wgCacheDirectory = __DIR__ . '/cache';
$wgTmpDirectory = __DIR__ . '/tmp';
$wgUploadDirectory = __DIR__ . '/images';
$wgLocalisationCacheConf['store'] = 'array';
// No job runner, no mail, and no writes by readers.
$wgJobRunRate = 0;
$wgEnableEmail = false;
$wgPingback = false;
$wgMiserMode = false;
$wgGroupPermissions['bot']['bot'] = true;
// Emulates Wikibase: sets a page property whenever a page is parsed.
$wgHooks['ContentAlterParserOutput'][] = static function ( $content, $title, $output ) {
	static $items = null;
	$items ??= json_decode( file_get_contents( __DIR__ . '/world.json' ), true )['items'];
	$item = $items[$title->getPrefixedText()] ?? null;
	if ( $item !== null ) {
		$output->setPageProperty( 'wikibase_item', $item );
	}
};
